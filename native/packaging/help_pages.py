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


def bash_completion(pages):
    lines = [
        "# bash completion for snapfs, made from its help", "_snapfs() {",
        '    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path="" i',
        "    for ((i = 1; i < COMP_CWORD; i++)); do",
        '        case "$path ${COMP_WORDS[i]}" in',
        "            " + " | ".join(quote(" " + " ".join(page.words)) for page in pages if page.words) +
        ') path="$path ${COMP_WORDS[i]}" ;;',
        "        esac", "    done",
        '    case "$path" in',
    ]
    for page in pages:
        key = quote(" " + " ".join(page.words) if page.words else "")
        options = [name for row in page.options for name in row.names]
        commands = page.commands
        values = sorted({name for row in page.options if row.value for name in row.names})
        lines += [
            f"        {key})",
            f'            case "$previous" in {" | ".join(values)}) COMPREPLY=($(compgen -f -- "$word")); return ;; esac'
            if values else "            :",
            f'            if [[ $word == -* ]]; then COMPREPLY=($(compgen -W {quote(" ".join(options))} -- "$word"));',
            f'            else COMPREPLY=($(compgen -W {quote(" ".join(commands))} -- "$word")); fi ;;'
            if commands else '            else COMPREPLY=($(compgen -f -- "$word")); fi ;;',
        ]
    lines += ["    esac", "}", "complete -o filenames -o bashdefault -F _snapfs snapfs"]
    return "\n".join(lines) + "\n"


def zsh_completion(pages):
    def escape(text):
        return re.sub(r"([\[\]:'\\])", r"\\\1", text).replace("\\'", "'\\''")

    lines = ["#compdef snapfs", "# zsh completion for snapfs, made from its help", ""]
    for page in pages:
        function = "_snapfs" + "".join("_" + word for word in page.words)
        lines += [f"{function}() {{", "    local context state state_descr line", "    typeset -A opt_args",
                  "    _arguments -C \\"]
        for row in page.options:
            for name in row.names:
                value = f":{row.value.lower()}:_files" if row.value else ""
                lines.append(f"        '{name}[{escape(row.text)}]{value}' \\")
        if page.commands:
            lines += ["        '1: :->command' '*:: :->arguments'", "    case $state in", "    command)",
                      "        local -a commands=("]
            lines += [f"            '{name}:{escape(text)}'" for name, text in summaries(page, pages)]
            lines += ["        )", "        _describe command commands ;;", "    arguments)", "        case $line[1] in"]
            lines += [f"        {name}) {function}_{name} ;;" for name in page.commands]
            lines += ["        esac ;;", "    esac"]
        else:
            lines.append("        '*:file:_files'")
        lines += ["}", ""]
    lines.append('_snapfs "$@"')
    return "\n".join(lines) + "\n"


def fish_completion(pages):
    lines = ["# fish completion for snapfs, made from its help"]
    for page in pages:
        seen = " ".join(page.words)
        condition = "__fish_use_subcommand" if not page.words else f"__fish_seen_subcommand_from {page.words[-1]}"
        for name, text in summaries(page, pages):
            lines.append(f"complete -c snapfs -f -n {quote(condition)} -a {quote(name)} -d {quote(text)}")
        own = page.sections.get("Options", []) if page.words else page.options
        for row in own:
            short = [name[1:] for name in row.names if not name.startswith("--")]
            long = [name[2:] for name in row.names if name.startswith("--")]
            where = f" -n {quote(condition)}" if seen else ""
            lines.append(f"complete -c snapfs{where}" + "".join(f" -s {name}" for name in short)
                         + "".join(f" -l {name}" for name in long) + (" -r" if row.value else "")
                         + f" -d {quote(row.text)}")
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
