"""Custom resources: kinds that CustomResourceDefinitions declare, served as the built-in ones are.

A definition's `openAPIV3Schema` is used as it is written, a plain dict; every function takes the schema of the place it
looks at. What is compiled from one (CEL rules, types for server-side apply) is kept in caches by the schema's bytes.

    registry.py     which definitions are served, kept up to date from the store; ways.py: where the main path asks
    decoding.py     a body on its way in: metadata by its type, unknown fields pruned and told, defaults
    values.py       OpenAPI validation; lists.py, embedded.py, rules.py: what else is asked of an object
    definition.py   what is asked of a definition itself; structural.py, schema_rules.py, defaults_rules.py: of its schema
"""
