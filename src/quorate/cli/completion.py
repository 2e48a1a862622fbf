"""quorate completion: what a shell must load to complete commands, options, and the names of what is in the cluster."""

from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  source <(quorate completion bash)                                        in this shell
  quorate completion bash > ~/.local/share/bash-completion/completions/quorate   in every new one
  quorate completion zsh > "${fpath[1]}/_quorate"
  quorate completion fish > ~/.config/fish/completions/quorate.fish
\b
Kinds, workloads, namespaces and contexts are completed from the cluster that the line so far speaks of (--kubeconfig,
--context, -n, --dump). A cluster that does not answer within two seconds completes nothing.
"""
# What the library's own scripts lack: no blank after "statefulset/", and silence when something fails.
BASH = """\
_quorate() {
    local IFS=$'\\n'
    COMPREPLY=($(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _QUORATE_COMPLETE=complete_bash "$1" 2>/dev/null))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
    return 0
}
complete -o default -F _quorate quorate
"""
ZSH = """\
#compdef quorate
_quorate() {
    eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _QUORATE_COMPLETE=complete_zsh quorate 2>/dev/null)
}
compdef _quorate quorate
"""
FISH = """\
complete --command quorate --no-files --arguments "(env _QUORATE_COMPLETE=complete_fish \
_TYPER_COMPLETE_FISH_ACTION=get-args _TYPER_COMPLETE_ARGS=(commandline -cp) quorate 2>/dev/null)" \
--condition "env _QUORATE_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=is-args \
_TYPER_COMPLETE_ARGS=(commandline -cp) quorate 2>/dev/null"
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def _complete_shell(incomplete: str) -> list[str]:
    return [shell for shell in SCRIPTS if shell.startswith(incomplete)]


def completion(
    shell: Annotated[str, typer.Argument(help="bash, zsh or fish.", metavar="SHELL", autocompletion=_complete_shell)],
) -> None:
    """Print what a shell must load to complete quorate's command lines."""
    if shell not in SCRIPTS:
        raise Unusable(f"no completion for {shell} ({', '.join(SCRIPTS)})")
    print(SCRIPTS[shell], end="")
