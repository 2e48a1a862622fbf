"""What can go wrong in a world, one file each; `switchboard/` turns it on and off.

A fault is a module of this folder, named as it is (node_down.py is "node-down"):

    PARAMETERS                                  what it is told, in the order in which people say it
    EXAMPLES                                    command lines
    inject(world, chance, **arguments) -> Any   makes it so; answers what `undo` needs, as data that can be pickled
    undo(world, before) -> None                 puts back what `inject` changed, as far as it is still there

Its docstring says in the first line what happens, and below it what of reality that stands for. `inject` raises
CannotInject before it has changed anything.
"""
