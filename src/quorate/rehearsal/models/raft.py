"""A raft-like group: one leader, a log, writes acknowledged once a quorum has them.

A pure simulation. It is told what happens to its members by `observe` and moves with `advance`; between two
observations everything is as the last one said. What it keeps of raft: elections with randomised timeouts, only with
a quorum of voters in touch and only of a member that has every acknowledged write; a term has at most one leader; a
member that was away catches up; one that lost its disk is no voter until it has been sent the whole data.

When so many disks are gone that no quorum of data is left, the empty members form a group again with whoever is there,
as real ones do that only know each other's names: then acknowledged writes that none of those has are lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from quorate.kernel.clock import MILLISECOND, SECOND, Duration, Instant
from quorate.rehearsal.models.record import RaftReport, Record

__all__ = ["Led", "Member", "Raft", "RaftParameters", "RaftReport"]


class Draws(Protocol):
    """The chance that the model draws from: a random.Random."""

    def randint(self, a: int, b: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Member:
    """What is seen of one member.

    volume     the identity of its disk; None when it is not known
    vanished   it is down without its connections having been closed: its machine has no power
    """

    up: bool
    reachable: bool = True
    volume: str | None = None
    vanished: bool = False


@dataclass(frozen=True, slots=True)
class RaftParameters:
    """`quorum` is the members that a write and an election need, a majority when None.

    A member waits `election_timeout` (from, to) without a leader before it asks for votes, which takes `vote`.
    `write_rate` and `catch_up_rate` are writes per second; a follower whose answer the quorum does not need is
    `replication_lag` behind; an empty member takes `resync` to get the data, however much there is.
    `patience` is how long a member may be without a leader before its readiness probe gives it up.
    A leader that has vanished is believed in for `failover` more, before the others wait for a new one.
    """

    quorum: int | None = None
    election_timeout: tuple[Duration, Duration] = (1 * SECOND, 2 * SECOND)
    vote: Duration = 20 * MILLISECOND
    write_rate: int = 100
    catch_up_rate: int = 10_000
    replication_lag: Duration = 10 * MILLISECOND
    resync: Duration = 20 * SECOND
    patience: Duration = 10 * SECOND
    failover: Duration = 0


@dataclass(frozen=True, slots=True)
class Led:
    """An election that was won."""

    at: Instant
    term: int
    leader: int


Data = Literal["synced", "behind", "empty"]


@dataclass(slots=True)
class _Peer:
    """A member as the group has it.

    `index` is the last write on its disk, `needs` the time until it has them all; `ready` is what its readiness probe
    last found of it.
    """

    up: bool = False
    reachable: bool = True
    volume: str | None = None
    data: Data = "synced"
    index: int = 0
    needs: Duration = 0
    ready: bool = False

    @property
    def connected(self) -> bool:
        return self.up and self.reachable


@dataclass(slots=True)
class _Election:
    """One that is under way: when each candidate loses patience, and when the first of them will have its votes."""

    due: Instant = 0
    asks: dict[int, Instant] = field(default_factory=dict)


class Raft:
    """A group of `members`, of ordinals 0 to members - 1; others are not part of it."""

    def __init__(
        self, members: int, seed_stream: Draws, parameters: RaftParameters | None = None, start: Instant = 0
    ) -> None:
        self.parameters = parameters or RaftParameters()
        self.quorum = self.parameters.quorum or members // 2 + 1
        self.leader: int | None = None
        self.term = 0
        self.commit = 0
        self.formed = False
        self.led: list[Led] = []
        self._chance = seed_stream
        self._peers = {ordinal: _Peer() for ordinal in range(members)}
        self._disks: dict[tuple[int, str], tuple[int, int]] = {}
        self._epoch = 0
        self._credit = 0
        self._at = self._from = start
        self._election: _Election | None = None
        self._not_before = start
        self._record = Record(members)

    # -- from outside

    def observe(self, now: Instant, members: Mapping[int, Member]) -> None:
        """How the members are from now on. One that is not mentioned is down; its disk is taken to be where it was."""
        self.advance(now)
        for ordinal, peer in self._peers.items():
            seen = members.get(ordinal, _AWAY)
            was = peer.connected
            peer.up, peer.reachable = seen.up, seen.reachable
            if ordinal == self.leader and seen.vanished and was:
                self._not_before = now + self.parameters.failover
            if seen.up and seen.volume is not None and seen.volume != peer.volume:
                self._mount(ordinal, peer, seen.volume)
            if peer.connected and not was:
                peer.ready = False
                self._join(ordinal, peer)
        self._look()

    def advance(self, now: Instant) -> None:
        """Let the group live until `now`."""
        while (due := self._next()) is not None and due <= now:
            self._settle(due)
            if self._election is not None and self._election.due <= due:
                self._elect(self._election)
            self._look()
        self._settle(now)

    def measure_from(self, instant: Instant) -> None:
        """Reports are about the time from here on."""
        self._from = instant

    def report(self, until: Instant) -> RaftReport:
        """What came of the time since `measure_from` (else the start)."""
        self.advance(until)
        return self._record.report(min(self._from, until), until)

    @property
    def available(self) -> bool:
        """Whether writes are taken now."""
        return self._record.available.open

    def serving(self, ordinal: int) -> bool:
        """Whether this member's readiness probe would pass: it has the data, and a leader now or until just now.

        Before the group has formed for the first time every running member is ready: it waits for the others.
        """
        peer = self._peers.get(ordinal)
        if peer is None or not peer.connected:
            return False
        if not self.formed:
            return True
        ended = self._record.leading.ended
        led = self.leader is not None or (ended is not None and self._at - ended < self.parameters.patience)
        return peer.ready and led

    def votes(self, ordinal: int) -> bool:
        """Whether this member is in touch and has data, so that it counts towards a quorum."""
        peer = self._peers.get(ordinal)
        return peer is not None and peer.connected and peer.data != "empty"

    def next_change(self) -> Instant | None:
        """When something changes of itself, if nobody observes anything before; None: never."""
        dues = [due for due in (self._next(), self._patience_ends()) if due is not None]
        return min(dues, default=None)

    # -- time

    def _patience_ends(self) -> Instant | None:
        ended = self._record.leading.ended
        if self.leader is not None or ended is None or self._at >= ended + self.parameters.patience:
            return None
        return ended + self.parameters.patience

    def _next(self) -> Instant | None:
        """When something happens of itself: votes are in, or a member has caught up."""
        dues = [self._at + peer.needs for peer in self._catching_up()]
        if self._election is not None:
            dues.append(self._election.due)
        return min(dues, default=None)

    def _catching_up(self) -> list[_Peer]:
        if self.leader is None:
            return []
        return [peer for peer in self._peers.values() if peer.connected and peer.data != "synced"]

    def _settle(self, to: Instant) -> None:
        """Move to `to`, where nothing happens in between: writes come in, members catch up."""
        passed = to - self._at
        if passed <= 0:
            return
        self._at = to
        if self.available:
            self._credit += passed * self.parameters.write_rate
            self.commit += self._credit // SECOND
            self._credit %= SECOND
            lag = self.parameters.write_rate * self.parameters.replication_lag // SECOND
            for i, peer in enumerate(self._in_sync()):
                peer.index = self.commit if i < self.quorum else max(peer.index, self.commit - lag)
        for peer in self._catching_up():
            peer.needs = max(0, peer.needs - passed)
            if not peer.needs:
                peer.data, peer.index = "synced", self.commit

    def _in_sync(self) -> list[_Peer]:
        """The members in touch that follow the log, the leader first."""
        order = sorted(self._peers, key=lambda ordinal: ordinal != self.leader)
        return [p for p in (self._peers[o] for o in order) if p.connected and p.data == "synced"]

    # -- members

    def _mount(self, ordinal: int, peer: _Peer, volume: str) -> None:
        """The member runs on another disk: its first, one that it had before, or an empty one."""
        if peer.volume is not None:
            self._disks[ordinal, peer.volume] = (self._epoch if peer.data != "empty" else -1, peer.index)
            epoch, index = self._disks.get((ordinal, volume), (-1, 0))
        else:
            # Its first disk has forgotten nothing: a voter that is far behind.
            epoch, index = -1 if peer.data == "empty" else self._epoch, 0
        peer.volume = volume
        if self.commit == 0 or epoch == self._epoch:
            peer.data, peer.index = "synced", index if self.commit else 0
        else:
            peer.data, peer.index = "empty", 0
        if ordinal == self.leader:
            self.leader = None
        elif peer.connected:
            self._join(ordinal, peer)

    def _join(self, ordinal: int, peer: _Peer) -> None:
        """What a member that comes into touch has to be sent."""
        if ordinal == self.leader:
            return
        if peer.data == "empty":
            peer.needs = max(MILLISECOND, self.parameters.resync)
        elif peer.index < self.commit:
            gap = self.commit - peer.index
            # One that was re-founded empty is sent everything, too.
            whole = self.parameters.resync if not peer.index else 0
            peer.data = "behind"
            peer.needs = max(MILLISECOND, whole, gap * SECOND // self.parameters.catch_up_rate)
        else:
            peer.data, peer.needs = "synced", 0

    def _voters(self) -> list[int]:
        return [o for o, peer in self._peers.items() if peer.connected and peer.data != "empty"]

    def _holders(self) -> list[int]:
        """Who has every acknowledged write on disk, running or not."""
        return [o for o, peer in self._peers.items() if peer.data != "empty" and peer.index >= self.commit]

    def _refounding(self) -> bool:
        """Whether the data of a quorum is gone, so that the members start over with what is there."""
        intact = sum(peer.data != "empty" for peer in self._peers.values())
        return intact < self.quorum or not self._holders()

    def _candidates(self) -> list[int]:
        """Who could be elected now."""
        if self._refounding():
            connected = [o for o, peer in self._peers.items() if peer.connected]
            if len(connected) < self.quorum:
                return []
            best = max(self._peers[o].index for o in connected)
            return [o for o in connected if self._peers[o].index == best]
        voters = self._voters()
        if len(voters) < self.quorum:
            return []
        return [o for o in voters if self._peers[o].index >= self.commit]

    # -- leaders

    def _look(self) -> None:
        """Draw the consequences of what has just changed."""
        leader = self.leader
        if leader is not None and (leader not in self._voters() or len(self._voters()) < self.quorum):
            self.leader = None
        self._election = self._called() if self.leader is None else None
        for peer in self._peers.values():
            if not peer.connected or peer.data == "empty":
                peer.ready = False
            elif self.leader is not None and peer.data == "synced":
                peer.ready = True
        self._record.leading.set(self._at, self.leader is not None)
        self._record.available.set(self._at, self.leader is not None and len(self._in_sync()) >= self.quorum)
        safe = {ordinal for ordinal, peer in self._peers.items() if self._is_safe(peer)}
        self._record.data(self._at, safe, self.quorum, written=self.commit > 0)

    def _is_safe(self, peer: _Peer) -> bool:
        """Whether its disk has what is acknowledged, and will have what comes."""
        if peer.data != "synced":
            return False
        if not peer.connected:
            return not self.available and peer.index >= self.commit
        return self.leader is not None or peer.index >= self.commit

    def _called(self) -> _Election | None:
        """The election that is coming: each candidate waits its own time, the first to lose patience asks for votes."""
        candidates = self._candidates()
        if not candidates:
            return None
        held = self._election.asks if self._election is not None else {}
        shortest, longest = self.parameters.election_timeout
        begin = max(self._at, self._not_before)
        asks = {o: held[o] if o in held else begin + self._chance.randint(shortest, longest) for o in candidates}
        return _Election(max(self._at, min(asks.values()) + self.parameters.vote), asks)

    def _elect(self, election: _Election) -> None:
        """The votes are in: won by the first to ask, unless a second asked before it heard of that."""
        self._election = None
        self.term += 1
        self._record.terms.append(self._at)
        candidates = sorted((at, ordinal) for ordinal, at in election.asks.items())
        split = len(candidates) > 1 and candidates[1][0] - candidates[0][0] < self.parameters.vote
        if split:
            return
        winner = candidates[0][1]
        if self._refounding():
            self._refound(winner)
        self.leader, self.formed = winner, True
        self._peers[winner].data, self._peers[winner].needs = "synced", 0
        self.led.append(Led(self._at, self.term, winner))
        for ordinal, peer in self._peers.items():
            if peer.connected:
                self._join(ordinal, peer)

    def _refound(self, winner: int) -> None:
        """A new group with what the winner has. Those who are not there belong to the old one and start empty."""
        kept = self._peers[winner].index
        if self.commit > kept:
            self._record.lost.append((self._at, self.commit - kept))
        self.commit = kept
        self._epoch += 1
        for peer in self._peers.values():
            if peer.connected:
                peer.data, peer.index = "synced" if peer.index >= kept else "behind", min(peer.index, kept)
            else:
                peer.data, peer.index = "empty", 0


_AWAY = Member(up=False)
