#include "providers/aws/sql_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace lifeboat::aws_world {
namespace {

using std::string_view;

constexpr string_view begin_mark = "lifeboat-rows";
constexpr string_view end_mark = "lifeboat-end";

/// How far the quoted text or the comment that begins here goes; 0: neither begins here.
std::size_t skipped(string_view text) {
  const auto until = [text](string_view end, std::size_t from) {
    const auto at = text.find(end, from);
    return at == string_view::npos ? text.size() : at + end.size();
  };
  if (text.starts_with("--")) return until("\n", 2);
  if (text.starts_with("/*")) return until("*/", 2);
  if (text.front() == '\'' || text.front() == '"') return until(text.substr(0, 1), 1);
  if (text.front() != '$') return 0;
  const auto close = text.find('$', 1);
  if (close == string_view::npos) return 0;
  const auto tag = text.substr(0, close + 1);
  const bool is_tag = std::ranges::all_of(
      tag.substr(1, close - 1), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
  return is_tag ? until(tag, tag.size()) : 0;
}

string_view trimmed(string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Lines, each without its end.
std::vector<string_view> lines_of(string_view text) {
  std::vector<string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> columns_of(string_view line) {
  std::vector<std::string> columns;
  while (true) {
    const auto end = line.find('|');
    columns.emplace_back(line.substr(0, end));
    if (end == string_view::npos) return columns;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<std::string> split_statements(string_view text) {
  std::vector<std::string> statements;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    const auto statement = trimmed(text.substr(begin, end - begin));
    if (!statement.empty()) statements.emplace_back(statement);
    begin = end + 1;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto skip = skipped(text.substr(at));
    if (skip == 0 && text[at] == ';') take(at);
    at += std::max(skip, std::size_t{1});
  }
  if (begin < text.size()) take(text.size());
  return statements;
}

std::string psql_script(string_view statements, base::Milliseconds limit) {
  auto all = split_statements(statements);
  const auto last = all.empty() ? std::string() : all.back();
  if (!all.empty()) all.pop_back();
  std::string script =
      "\\set QUIET on\n\\set ON_ERROR_STOP on\n\\pset format unaligned\n\\pset tuples_only on\n"
      "\\pset fieldsep '|'\n\\pset null ''\n\\pset pager off\n\\o /dev/null\n";
  script += fmt::format("SET statement_timeout = {};\n", limit.count());
  for (const auto& statement : all) script += statement + ";\n";
  script += fmt::format("\\o\n\\echo {}\n", begin_mark);
  if (!last.empty()) script += last + ";\n";
  return script + fmt::format("\\echo {}\n", end_mark);
}

std::string connect_by_name(const std::string& name, const std::string& endpoint, int port) {
  return fmt::format(
      "\\set address `getent ahostsv4 {0} | awk '{{print $1; exit}}' | grep . || echo {0}.has.no.address`\n"
      "\\connect -reuse-previous=on 'host={1} port={2} hostaddr=':address\n",
      name, endpoint, port);
}

std::optional<Rows> read_rows(string_view printed) {
  const auto lines = lines_of(printed);
  const auto begin = std::ranges::find(lines, begin_mark);
  if (begin == lines.end()) return std::nullopt;
  const auto end = std::find(begin, lines.end(), end_mark);
  if (end == lines.end()) return std::nullopt;
  Rows rows;
  for (auto line = begin + 1; line != end; ++line) {
    if (!line->empty()) rows.push_back(columns_of(*line));
  }
  return rows;
}

std::string complaint(string_view said) {
  constexpr std::size_t most = 400;
  for (const auto line : lines_of(said)) {
    for (const string_view word : {"ERROR:", "FATAL:"}) {
      const auto at = line.find(word);
      if (at == string_view::npos) continue;
      return std::string(trimmed(line.substr(at + word.size())).substr(0, most));
    }
  }
  return std::string(trimmed(said).substr(0, most));
}

std::string quoted_name(string_view name) {
  std::string text = "\"";
  for (const char letter : name) {
    if (letter == '"') text += letter;
    text += letter;
  }
  return text + "\"";
}

std::string quoted_text(string_view plain) {
  std::string text = "'";
  for (const char letter : plain) {
    if (letter == '\'') text += letter;
    text += letter;
  }
  return text + "'";
}

std::optional<base::Lsn> parse_lsn(string_view text) {
  constexpr int hexadecimal = 16;
  constexpr int half = 32;
  const auto slash = text.find('/');
  if (slash == string_view::npos) return std::nullopt;
  std::uint32_t high = 0;
  std::uint32_t low = 0;
  const auto* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), text.data() + slash, high, hexadecimal);
  const auto second = std::from_chars(text.data() + slash + 1, end, low, hexadecimal);
  const bool whole =
      first.ec == std::errc{} && first.ptr == text.data() + slash && second.ec == std::errc{} && second.ptr == end;
  if (!whole) return std::nullopt;
  return base::Lsn{static_cast<std::uint64_t>(high) << half | low};
}

std::optional<std::int64_t> parse_number(string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

base::Result<std::string> field(const Rows& rows, std::size_t row, std::size_t column) {
  if (row < rows.size() && column < rows[row].size()) return rows[row][column];
  return base::fail(base::ErrorCode::postgres_failed,
                    fmt::format("PostgreSQL's answer has no column {} in row {}", column + 1, row + 1));
}

}  // namespace lifeboat::aws_world
