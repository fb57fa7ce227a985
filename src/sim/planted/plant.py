"""Copies the sources that the simulator is made of and plants every bug of bugs.txt into the copies, each behind a switch.

plant.py BUGS SOURCE_FOLDER OUTPUT_FOLDER. Fails when a bug's old text is not there exactly once: the code has moved on, and so
must the bug.
"""

import sys
from pathlib import Path

FOLDERS = ['engine', 'journal', 'runtime', 'sim']


def read_bugs(text):
    bugs = []
    for line in text.splitlines():
        if not line.strip() or line.startswith('#'):
            continue
        key, _, value = line.partition(': ')
        value = value.replace('\\n', '\n')
        if key == 'bug':
            bugs.append({'bug': value})
        elif key in ('file', 'old', 'new', 'quick'):
            bugs[-1][key] = value
        else:
            sys.exit(f'bugs.txt: "{line}" begins with none of bug, file, old, new, quick')
    return bugs


def planted(text, bugs):
    """The text with its bugs; bugs of the same place share it."""
    places = {}
    for bug in bugs:
        if text.count(bug['old']) != 1:
            sys.exit(f'bugs.txt: {bug["bug"]}: its old text occurs {text.count(bug["old"])} times in {bug["file"]}; write the bug anew')
        places.setdefault(bug['old'], []).append(bug)
    for old, here in places.items():
        new = old
        # The last one's text holds the original as its other case, in which the next one is put.
        for bug in here:
            switched = bug['new'].replace('PLANTED', f'::lifeboat::planted::is_on({bug["number"]})')
            if new == old:
                new = switched
            else:
                head, tail = switched.rsplit(': ', 1)
                new = switched.replace(old.rstrip(';'), '(' + new.rstrip(';') + ')', 1)
                if new == switched:
                    sys.exit(f'bugs.txt: {bug["bug"]}: shares its place with another bug and does not hold the original text')
        text = text.replace(old, new, 1)
    return '#include "planted_switch.h"\n' + text


def main(bugs_file, source, output):
    bugs = read_bugs(Path(bugs_file).read_text())
    for number, bug in enumerate(bugs):
        bug['number'] = number
    for folder in FOLDERS:
        for path in sorted((source / folder).glob('*.*')):
            if path.suffix not in ('.cc', '.h') or path.stem.endswith('_test'):
                continue
            here = [bug for bug in bugs if bug['file'] == f'{folder}/{path.name}']
            text = planted(path.read_text(), here) if here else path.read_text()
            write(output / folder / path.name, text)
    known = {bug['file'] for bug in bugs}
    for missing in sorted(file for file in known if not (output / file).exists()):
        sys.exit(f'bugs.txt: there is no {missing}')
    write(output / 'planted_names.h', '#pragma once\n#include <array>\nnamespace lifeboat::planted {\ninline constexpr std::array names{\n'
          + ''.join(f'    "{bug["bug"]}",\n' for bug in bugs) + '};\ninline constexpr std::array quick{'
          + ', '.join('true' if bug.get('quick') == 'yes' else 'false' for bug in bugs) + '};\n}  // namespace lifeboat::planted\n')
    write(output / 'planted_switch.h', '#pragma once\nnamespace lifeboat::planted {\nbool is_on(int bug);\nvoid switch_on(int bug);\n'
          '}  // namespace lifeboat::planted\n')


def write(path, text):
    """Leaves an equal file alone, so that it is not compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


if __name__ == '__main__':
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
