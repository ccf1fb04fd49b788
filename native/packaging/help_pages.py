"""Makes man pages and shell completion from the help of the program itself, so that they cannot disagree.

Usage: help_pages.py SNAPFS VERSION OUTPUT
writes OUTPUT/man/*.1, OUTPUT/completion/snapfs.{bash,zsh,fish}.
"""

import dataclasses
import os
import re
import subprocess
import sys


EVERY = "Options of every command"


@dataclasses.dataclass
class Row:
    """One line of a help section: ``--repo PATH   The repository``."""

    left: str
    text: str

    @property
    def names(self):
        return re.findall(r"(?<![\w-])--?[a-z][\w-]*", self.left)

    @property
    def value(self):
        found = re.search(r" ([A-Z][^ ]*)$", self.left)
        return found.group(1) if found else None


@dataclasses.dataclass
class Help:
    """The help of one command, taken apart."""

    words: list
    usage: str
    paragraphs: list
    sections: dict
    examples: list

    @property
    def options(self):
        return self.sections.get("Options", []) + self.sections.get(EVERY, [])

    @property
    def commands(self):
        """The names below it; the program's help has some of them on one line."""
        return [name for row in self.sections.get("Commands", []) for name in row.left.split(", ")]


def run(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def read_help(program, words, every):
    """Runs ``snapfs WORDS --help`` and parses what HelpWriter of the command line project writes."""
    usage, paragraphs, sections, examples = parse(run(program, *words, "--help"))
    if not usage or not paragraphs:
        raise SystemExit(f"help_pages.py: cannot parse the help of snapfs {' '.join(words)}")
    sections[EVERY] = every
    return Help(words, usage, paragraphs, sections, examples)


def parse(text):
    """The usage, the paragraphs, the sections of rows, and the examples."""
    usage, paragraphs, sections, examples = "", [], {}, []
    section, paragraph = None, []
    for line in text.splitlines():
        heading = re.fullmatch(r"([A-Z][\w ]*?)(?: \(.*\))?:", line)
        if line.startswith("Usage: "):
            usage = line.removeprefix("Usage: ")
        elif heading:
            section = heading.group(1)
            sections.setdefault(section, [])
        elif section in (None, "Details"):
            if line.strip():
                paragraph.append(line.strip())
            elif paragraph:
                paragraphs.append(" ".join(paragraph))
                paragraph = []
        elif section == "Examples":
            if line.startswith("      ") and examples:
                examples[-1].text = (examples[-1].text + " " + line.strip()).strip()
            elif line.strip():
                examples.append(Row(line.strip(), ""))
        elif line.strip():
            entry = re.match(r"  (\S.*?)(?:  +(\S.*))?$", line)
            if entry and not line.startswith("   "):
                sections[section].append(Row(entry.group(1), entry.group(2) or ""))
            elif sections[section]:
                row = sections[section][-1]
                row.text = (row.text + " " + line.strip()).strip()
    if paragraph:
        paragraphs.append(" ".join(paragraph))
    sections.pop("Examples", None)
    sections.pop("Details", None)
    return usage, paragraphs, sections, examples


def read_all(program):
    """The help of the program and of every command and subcommand."""
    every = parse(run(program, "help", "options"))[2][EVERY]
    pages = []
    waiting = [[]]
    while waiting:
        words = waiting.pop(0)
        page = read_help(program, words, every)
        pages.append(page)
        waiting += [words + [name] for name in page.commands]
    return pages


def summaries(page, pages):
    """The commands below a page, and what each is for."""
    return [(name, next(p.paragraphs[0] for p in pages if p.words == [*page.words, name])) for name in page.commands]


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def man_page(page, version, pages):
    name = "-".join(["snapfs", *page.words])
    summary = page.paragraphs[0].rstrip(".")
    lines = [
        f'.TH {name.upper().replace("-", chr(92) + "-")} 1 "" "snapfs {version}" "SnapFs"',
        ".SH NAME", f"{roff(name)} \\- {roff(summary[0].lower() + summary[1:])}",
        ".SH SYNOPSIS", roff(page.usage),
        ".SH DESCRIPTION",
    ]
    for paragraph in page.paragraphs:
        lines += [".PP", roff(paragraph)]
    for title, rows in [*page.sections.items(), ("Examples", page.examples)]:
        if title == "Commands":
            rows = [Row(name, text) for name, text in summaries(page, pages)]
        if rows:
            lines.append(f".SH {title.upper()}")
        for row in rows:
            lines += [".TP", ".B " + roff(row.left), roff(row.text)]
    if not page.words:
        with open(os.path.join(os.path.dirname(__file__), "manual.roff"), encoding="utf-8") as more:
            lines.append(more.read().rstrip("\n"))
    related = ["snapfs"] + ["-".join(["snapfs", *other.words]) for other in pages if other.words]
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{roff(other)}\\fR(1)"
                                         for other in related if other != name)]
    return "\n".join(lines) + "\n"


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


# What the program lists of a repository for the values that help calls so, and what is always the same.
WORDS = {"HOST": "hosts", "SOURCE": "sources", "TAG": "tags", "VOLUME": "volumes", "REF": "refs", "REF1": "refs", "REF2": "refs",
         "REF:/path": "refs", "REF:/PATH": "refs"}
FIXED = {"WHEN": "if-changed always never", "LETTERS": "f d l b c p s"}
FILES = {"FILE", "PATH", "DIR"}
MOUNTS = "awk '$3 == \"fuse.snapfs\" { print $2 }' /proc/self/mounts"


def shell_command(page, value):
    """A command of a shell that lists the words for a value; "" for files, None for what nobody can guess."""
    value = "SOURCE" if page.words == ["backup"] and value == "NAME" else value
    if value in WORDS:
        return f"snapfs complete {WORDS[value]} "
    if value in FIXED:
        return f"echo {FIXED[value]} | tr ' ' '\\n'"
    return "" if value in FILES else None


def argument_command(page, pages):
    """The same for the arguments of a command: those of the first that can be guessed."""
    if page.words == ["umount"]:
        return MOUNTS
    if page.words == ["help"]:
        return "printf '%s\\n' " + " ".join(pages[0].commands)
    found = [shell_command(page, row.left) for row in page.sections.get("Arguments", [])]
    return next((command for command in found if command is not None), None)


def bash_completion(pages):
    lines = [
        "# bash completion for snapfs, made from its help", "_snapfs() {",
        "    local line=${COMP_LINE:0:COMP_POINT} word previous path='' begun i",
        "    local -a words",
        '    read -ra words <<< "$line"',
        '    [[ $line != *[[:space:]] ]] || words+=("")',
        "    word=${words[-1]} previous=${words[-2]}",
        "    for ((i = 1; i < ${#words[@]} - 1; i++)); do",
        '        case "$path ${words[i]}" in',
        "            " + " | ".join(quote(" " + " ".join(page.words)) for page in pages if page.words) +
        ') path="$path ${words[i]}" ;;',
        "        esac", "    done",
        "    if [[ $word == --*=* ]]; then previous=${word%%=*} word=${word#*=}; fi",
        '    case "$path" in',
    ]
    for page in pages:
        key = quote(" " + " ".join(page.words) if page.words else "")
        lines += [f"        {key})", '            case "$previous" in']
        for row in page.options:
            if row.value:
                offer = bash_list(shell_command(page, row.value))
                lines.append(f"                {' | '.join(row.names)}) _snapfs_offer {offer}; return ;;")
        lines.append("            esac")
        options = [name for row in page.options for name in row.names]
        rest = "compgen -W " + quote(" ".join(page.commands)) if page.commands else argument_command(page, pages)
        lines += [f'            if [[ $word == -* ]]; then _snapfs_offer "compgen -W {quote(" ".join(options))}"',
                  f"            else _snapfs_offer {bash_list(rest)}; fi ;;"]
    lines += [
        "    esac", "}",
        "# Offers what a command lists, files if it is empty, nothing if there is none. Where a word has a : or a =, bash",
        "# replaces what follows it.",
        "_snapfs_offer() {",
        '    [ $# -gt 0 ] || return 0',
        '    local offered; mapfile -t offered < <(',
        '        case "$1" in',
        '            "") compgen -f -- "$word" ;;',
        '            "snapfs complete "*) command ${1% } ${word:+"$word"} 2> /dev/null ;;',
        '            "compgen "*) eval "$1 -- \\"\\$word\\"" ;;',
        '            *) eval "$1" 2> /dev/null | while read -r begun; do [[ $begun != "$word"* ]] || printf "%s\\n" "$begun"; done ;;',
        "        esac)",
        '    local cut=${word%"${word##*[:=]}"}',
        '    COMPREPLY=()',
        '    for begun in "${offered[@]}"; do',
        '        printf -v begun %q "${begun#"$cut"}"',
        '        COMPREPLY+=("$begun")',
        "    done",
        "    # After a directory or a snapshot more may follow.",
        '    if [[ ${#COMPREPLY[@]} = 1 && ( $1 = "snapfs complete refs "* || ${COMPREPLY[0]} = */ ) ]]; then',
        "        compopt -o nospace 2> /dev/null || true",
        "    fi",
        "}",
        "complete -o bashdefault -F _snapfs snapfs",
    ]
    return "\n".join(lines) + "\n"


def bash_list(command):
    return "" if command is None else quote(command)


def zsh_completion(pages):
    def escape(text):
        return re.sub(r"([\[\]:'\\])", r"\\\1", text).replace("\\'", "'\\''")

    def action(page, value):
        """What a shell does for a value of an option, or for the arguments of a command."""
        command = shell_command(page, value) if value else argument_command(page, pages)
        if command is None:
            return " "
        if command == "":
            return "_files"
        if command.startswith("snapfs complete "):
            return "{_snapfs_offer " + command.split()[-1] + "}"
        return "{_snapfs_mounts}" if command == MOUNTS else f"({FIXED.get(value) or ' '.join(pages[0].commands)})"

    lines = ["#compdef snapfs", "# zsh completion for snapfs, made from its help", "",
             "_snapfs_offer() {",
             "    local -a offered",
             "    offered=(${(f)\"$(command snapfs complete $1 ${PREFIX:+\"${(Q)PREFIX}\"} 2> /dev/null)\"})",
             "    if [[ $1 == refs ]]; then compadd -S '' -- $offered; else compadd -- $offered; fi", "}",
             "_snapfs_mounts() {",
             f"    compadd -- ${{(f)\"$({MOUNTS})\"}}", "}", ""]
    for page in pages:
        function = "_snapfs" + "".join("_" + word for word in page.words)
        lines += [f"{function}() {{", "    local context state state_descr line", "    typeset -A opt_args",
                  "    _arguments -C \\"]
        for row in page.options:
            for name in row.names:
                value = f":{row.value.lower().replace(':', '')}:{action(page, row.value)}" if row.value else ""
                lines.append(f"        '{name}[{escape(row.text)}]{value}' \\")
        if page.commands:
            lines += ["        '1: :->command' '*:: :->arguments'", "    case $state in", "    command)",
                      "        local -a commands=("]
            lines += [f"            '{name}:{escape(text)}'" for name, text in summaries(page, pages)]
            lines += ["        )", "        _describe command commands ;;", "    arguments)", "        case $line[1] in"]
            lines += [f"        {name}) {function}_{name} ;;" for name in page.commands]
            lines += ["        esac ;;", "    esac"]
        else:
            lines.append(f"        '*:word:{action(page, None)}'")
        lines += ["}", ""]
    lines.append('_snapfs "$@"')
    return "\n".join(lines) + "\n"


def fish_completion(pages):
    def offer(command):
        if command is None:
            return " -x"
        if command == "":
            return " -r -F"
        begun = "(commandline -ct | string match -r '.+') 2>/dev/null" if command.startswith("snapfs ") else ""
        return " -x -a " + quote(f"({command}{begun})")

    lines = ["# fish completion for snapfs, made from its help", "complete -c snapfs -f"]
    for page in pages:
        inside = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in page.words) or "__fish_use_subcommand"
        here = inside
        if page.words and page.commands:
            here += f"; and not __fish_seen_subcommand_from {' '.join(page.commands)}"
        for name, text in summaries(page, pages):
            lines.append(f"complete -c snapfs -n {quote(here)} -a {quote(name)} -d {quote(text)}")
        for row in page.sections.get("Options", []) if page.words else page.options:
            short = [name[1:] for name in row.names if not name.startswith("--")]
            long = [name[2:] for name in row.names if name.startswith("--")]
            where = f" -n {quote(inside)}" if page.words else ""
            lines.append(f"complete -c snapfs{where}" + "".join(f" -s {name}" for name in short)
                         + "".join(f" -l {name}" for name in long) + (offer(shell_command(page, row.value)) if row.value else "")
                         + f" -d {quote(row.text)}")
        command = argument_command(page, pages)
        if command is not None and not page.commands:
            lines.append(f"complete -c snapfs -n {quote(inside)}" + offer(command).replace(" -x", " -f").replace(" -r -F", " -F"))
    return "\n".join(lines) + "\n"


def main():
    program, version, output = sys.argv[1:]
    pages = read_all(program)
    os.makedirs(os.path.join(output, "man"), exist_ok=True)
    os.makedirs(os.path.join(output, "completion"), exist_ok=True)
    for page in pages:
        path = os.path.join(output, "man", "-".join(["snapfs", *page.words]) + ".1")
        with open(path, "w", encoding="utf-8") as file:
            file.write(man_page(page, version, pages))
    for shell, make in (("bash", bash_completion), ("zsh", zsh_completion), ("fish", fish_completion)):
        with open(os.path.join(output, "completion", f"snapfs.{shell}"), "w", encoding="utf-8") as file:
            file.write(make(pages))


main()
