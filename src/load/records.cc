#include "load/records.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace lifeboat::load {
namespace {

using nlohmann::json;

base::Result<RequestRecord> request_from(const json& line) {
  // A field of another type than ours is damage like any other, and the library says so by throwing.
  try {
    RequestRecord record;
    record.n = line.at("n").get<std::uint64_t>();
    record.kind = line.at("kind").get<std::string>() == "read" ? RequestKind::read : RequestKind::write;
    record.started_at_us = line.at("started_at").get<std::int64_t>();
    record.ended_at_us = line.at("ended_at").get<std::int64_t>();
    record.acknowledged = line.at("acknowledged").get<bool>();
    record.status = line.at("status").get<int>();
    if (!line.at("id").is_null()) record.id = line.at("id").get<std::int64_t>();
    record.name = line.at("name").get<std::string>();
    record.served_by = line.at("served_by").get<std::string>();
    record.error = line.at("error").get<std::string>();
    return record;
  } catch (const json::exception& problem) {
    return base::fail(base::ErrorCode::journal_corrupt, problem.what());
  }
}

/// Adds what the line says; false when it is not a line of ours.
bool take_line(std::string_view text, RunRecord& run) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object() || !line.contains("kind") || !line["kind"].is_string()) return false;
  if (line["kind"] == "run") {
    run.run = line.value("run", "");
    return true;
  }
  auto request = request_from(line);
  if (!request) return false;
  run.requests.push_back(*std::move(request));
  return true;
}

base::Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return base::fail(base::ErrorCode::io_failed, "cannot open the load record " + file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

}  // namespace

std::string to_line(const RequestRecord& record) {
  nlohmann::ordered_json line;
  line["n"] = record.n;
  line["kind"] = record.kind == RequestKind::read ? "read" : "write";
  line["started_at"] = record.started_at_us;
  line["ended_at"] = record.ended_at_us;
  line["acknowledged"] = record.acknowledged;
  line["status"] = record.status;
  line["id"] = record.id ? nlohmann::ordered_json(*record.id) : nlohmann::ordered_json();
  line["name"] = record.name;
  line["served_by"] = record.served_by;
  line["error"] = record.error;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

base::Result<RunRecord> read_run(const std::filesystem::path& file) {
  auto text = read_text(file);
  if (!text) return std::unexpected(text.error());
  RunRecord run;
  std::size_t number = 0;
  for (std::size_t start = 0; start < text->size();) {
    ++number;
    const std::size_t end = text->find('\n', start);
    if (end == std::string::npos) break;  // Torn: the client was ended, or is writing just now.
    if (!take_line(std::string_view(*text).substr(start, end - start), run)) {
      return base::fail(base::ErrorCode::journal_corrupt,
                        fmt::format("{}:{}: not a line of a load record", file.string(), number),
                        "The report counts complete records only; move the file away to leave this client out.");
    }
    start = end + 1;
  }
  return run;
}

base::Result<std::vector<RequestRecord>> read_folder(const std::filesystem::path& folder, base::WallTime active_since) {
  std::vector<RequestRecord> all;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    // A dangling link is the record of a client whose file was removed: nothing is left to measure.
    if (entry.path().extension() != ".jsonl" || !std::filesystem::is_regular_file(entry.path(), problem)) continue;
    auto run = read_run(entry.path());
    if (!run) return std::unexpected(run.error());
    const auto active_since_us = std::chrono::microseconds(active_since.time_since_epoch()).count();
    const bool active = std::any_of(run->requests.begin(), run->requests.end(), [&](const RequestRecord& request) {
      return request.ended_at_us >= active_since_us;
    });
    if (active) all.insert(all.end(), run->requests.begin(), run->requests.end());
  }
  return all;
}

}  // namespace lifeboat::load
