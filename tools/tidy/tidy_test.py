#!/usr/bin/env python3
"""Plants each violation in a small tree, and expects exactly that one problem; and none in a clean tree."""

import shutil
import tempfile
import unittest
from pathlib import Path

import cpp_text
import tidy

HEADER = '#pragma once\n\nnamespace lifeboat {}\n'
CLEAN = {
    'src/base/README.md': 'Base.\n',
    'src/base/a.h': HEADER,
    'src/base/a.cc': '#include "base/a.h"\n',
    'src/base/errors.def': 'LIFEBOAT_ERROR(alpha, usage, "")\nLIFEBOAT_ERROR(beta, usage, "")\n',
    'src/engine/README.md': 'Engine.\n',
    'src/engine/step.cc': '#include "base/a.h"\n\n// std::ifstream and rand() in a comment are no call.\nconst char* text = "getenv(";\n',
    'src/cli/README.md': 'Cli.\n',
    'src/cli/main.cc': '#include <fstream>\n\n#include "engine/step.h"\n',
    'events/README.md': 'Events.\n',
    'events/server.cc': '#include "base/a.h"\n',
    'pg/lease.h': '#pragma once\n\nextern void lease_map(void);\n',
    'pg/lease.c': '#include "lease.h"\n\nvoid lease_map(void) {}\n',
}
BODY = '  f();\n'


def function_of(lines: int) -> str:
    return 'void f() {\n' + BODY * (lines - 2) + '}\n'


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix='tidy-test.'))
        self.addCleanup(shutil.rmtree, self.root)
        for path, text in CLEAN.items():
            self.write(path, text)

    def write(self, path: str, text: str):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding='utf-8')

    def problems(self) -> list:
        return [str(problem) for problem in tidy.check(self.root)]

    def expect(self, start: str):
        problems = self.problems()
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(start), problems[0])

    def test_clean_tree_has_no_problem(self):
        self.assertEqual(self.problems(), [])

    def test_include_against_the_order(self):
        self.write('src/base/a.cc', '#include "base/a.h"\n#include "engine/step.h"\n')
        self.expect('src/base/a.cc:2: base includes engine')

    def test_events_includes_base_only(self):
        self.write('events/server.cc', '#include "model/stack.h"\n')
        self.expect('events/server.cc:1: events includes model')

    def test_unknown_folder(self):
        self.write('src/misc/README.md', 'Misc.\n')
        self.write('src/misc/x.cc', 'int x;\n')
        self.expect('src/misc/x.cc:1: folder misc has no place')

    def test_impure_calls_in_a_pure_folder(self):
        for line in ('auto now = std::chrono::steady_clock::now();', 'int n = rand();', 'std::ifstream in;', 'int fd = ::open(path, 0);', 'auto* e = getenv(name);',
                     'std::mutex m;', '#include <filesystem>', '#include <random>', '#include <boost/asio.hpp>'):
            with self.subTest(line):
                self.write('src/engine/step.cc', line + '\n')
                self.expect('src/engine/step.cc:1: engine is pure')

    def test_function_length(self):
        self.write('src/cli/main.cc', function_of(71))
        self.expect('src/cli/main.cc:1: f has 71 lines')
        self.write('src/cli/main.cc', function_of(41))
        self.expect('src/cli/main.cc:1: warning: f has 41 lines')
        self.write('src/cli/main.cc', function_of(40))
        self.assertEqual(self.problems(), [])

    def test_file_length(self):
        self.write('src/cli/main.cc', 'int x;\n' * 401)
        self.expect('src/cli/main.cc:401: the file has 401 lines')
        self.write('src/cli/main.cc', 'int x;\n' * 301)
        self.expect('src/cli/main.cc:301: warning: the file has 301 lines')

    def test_headers(self):
        self.write('src/base/a.h', 'namespace lifeboat {}\n')
        self.expect('src/base/a.h:1: no #pragma once')
        self.write('src/base/a.h', '#pragma once\n')
        self.expect('src/base/a.h:1: declares nothing in namespace lifeboat')

    def test_banned_text(self):
        self.write('src/cli/main.cc', 'using namespace std;\n')
        self.expect('src/cli/main.cc:1: using namespace std')
        self.write('src/cli/main.cc', 'void f() {\n  if (simulated) g();\n}\n')
        self.expect('src/cli/main.cc:2: the code asks whether it is simulated')

    def test_missing_readme(self):
        (self.root / 'src/cli/README.md').unlink()
        self.expect('src/cli/README.md:1: missing')

    def test_unsorted_errors(self):
        self.write('src/base/errors.def', 'LIFEBOAT_ERROR(beta, usage, "")\nLIFEBOAT_ERROR(alpha, usage, "")\n')
        self.expect('src/base/errors.def:2: alpha stands after beta')

    def test_unlisted_package(self):
        self.write('packages.txt', 'haproxy # load balancers\n')
        self.write('src/providers/local/README.md', 'x\n')
        self.write('src/providers/local/programs.cc', '// finder.find("haproxy", "haproxy")\n// finder.find("x", "y")\n')
        self.expect('src/providers/local/programs.cc:2: the package y is not in packages.txt')

    def test_path_of_one_machine(self):
        path = '/'.join(['', 'work', 'x'])
        self.write('docs/x.md', f'fine: framework{path}\nsee {path}\n')
        self.expect('docs/x.md:2: names a path of one machine')

    @unittest.skipUnless(shutil.which('clang-format-14'), 'clang-format-14 is not installed')
    def test_format(self):
        self.write('.clang-format', 'BasedOnStyle: Google\n')
        self.write('src/cli/main.cc', 'int   x;\n')
        self.expect('src/cli/main.cc:1: not formatted')


class FunctionsTest(unittest.TestCase):
    def found(self, code: str) -> list:
        return [tuple(function) for function in cpp_text.functions(cpp_text.blanked(code))]

    def test_finds_methods_constructors_and_tests(self):
        self.assertEqual(self.found('namespace a {\nint A::b() const {\n  if (x) {\n  }\n}\n}\n'), [('A::b', 2, 4)])
        self.assertEqual(self.found('A::A(int x)\n    : x_(x) {\n}\n'), [('A::A', 1, 3)])
        self.assertEqual(self.found('TEST(Suite, Name) {\n}\n'), [('TEST', 1, 2)])

    def test_braces_in_text_do_not_count(self):
        self.assertEqual(self.found('void f() {\n  g("}", \'{\', R"(}})", 1\'000);  // }\n}\n'), [('f', 1, 3)])

    def test_tables_and_types_are_no_functions(self):
        self.assertEqual(self.found('struct A {\n  int x;\n};\nconst int t[] = {\n1,\n};\n'), [])


if __name__ == '__main__':
    unittest.main()
