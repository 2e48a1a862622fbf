"""Cluster DNS as pure answers from a Reader: Kubernetes DNS-Based Service Discovery, schema 1.1.0.

    message.py   bytes of a question -> bytes of its answer
    answer.py    question -> records and response code: which part of the name space is meant
    services.py  what a Service's names stand for     reverse.py   what an address is called
    records.py   the words: question, record, answer
    indexes.py   the indexes that a reader needs for this

Where the specification leaves something open, answers are those of CoreDNS with the configuration that most clusters have;
where CoreDNS departs from DNS itself (whether a name exists never depends on the type asked for), DNS is followed.
"""
