"""C++ as text: comments and literals blanked, functions found by their braces. A heuristic, not a parser."""

import re
from typing import Iterator, NamedTuple

_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<tag>[^()\\\s]*)\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_NOT_A_FUNCTION = re.compile(r'^\s*(?:if|for|while|switch|do|else|try|catch|namespace|class|struct|enum|union|extern)\b')
_NAME = re.compile(r'([~\w:]+)\s*\(')


def blanked(text: str) -> str:
    """The text with comments and literals replaced by spaces; every line stays where it was. Include lines stay readable."""

    def blank(match: re.Match) -> str:
        line_start = text.rfind('\n', 0, match.start()) + 1
        if text[line_start:match.start()].lstrip().startswith('#include'):
            return match.group()
        return re.sub(r'[^\n]', ' ', match.group())

    return _TOKEN.sub(blank, text)


class Function(NamedTuple):
    name: str
    line: int
    lines: int


def functions(code: str) -> Iterator[Function]:
    """The outermost functions of blanked code, each with the line it starts at and its length up to the closing brace."""
    code = re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', lambda m: re.sub(r'[^\n]', ' ', m.group()), code, flags=re.MULTILINE)
    depth, inside_from, name, start_line, header_from = 0, None, '', 0, 0
    for match in re.finditer(r'[{};]', code):
        brace, at = match.group(), match.start()
        header = code[header_from:at]
        if brace == '{':
            depth += 1
            if inside_from is None and _starts_function(header):
                inside_from, name = depth, _NAME.search(header).group(1)
                start_line = code.count('\n', 0, header_from + len(header) - len(header.lstrip())) + 1
        elif brace == '}':
            if inside_from == depth:
                yield Function(name, start_line, code.count('\n', 0, at) + 2 - start_line)
                inside_from = None
            depth -= 1
        header_from = at + 1


def _starts_function(header: str) -> bool:
    header = header.strip()
    return bool(_NAME.search(header)) and not header.endswith('=') and not _NOT_A_FUNCTION.match(header)
