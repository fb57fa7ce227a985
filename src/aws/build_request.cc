#include "aws/build_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "aws/digest.h"
#include "aws/input_check.h"
#include "base/assert.h"

namespace lifeboat::aws {
namespace {

std::string form_body(const Call& call, const Json& input) {
  return Request{.query = form_fields(call, input)}.query_text();
}

void write_xml(pugi::xml_node parent, const Shape& shape, const Json& value) {
  if (shape.kind == Kind::structure) {
    for (const auto& member : shape.members) {
      const auto given = value.find(member.name);
      if (member.place != Place::body || given == value.end()) continue;
      // The elements of a flattened list stand beside the other members.
      write_xml(member.shape.is_flattened ? parent : parent.append_child(member.wire.c_str()), member.shape, *given);
    }
  } else if (shape.kind == Kind::list) {
    for (const auto& element : value) {
      write_xml(parent.append_child(shape.element_name.c_str()), shape.element.front(), element);
    }
  } else {
    parent.text().set(text_of(value).c_str());
  }
}

std::string xml_body(const Service& service, const std::string& element, const Shape& shape, const Json& input) {
  pugi::xml_document document;
  auto root = document.append_child(element.c_str());
  root.append_attribute("xmlns").set_value(std::string(service.xml_namespace).c_str());
  write_xml(root, shape, input);
  std::ostringstream text;
  document.save(text, "", pugi::format_raw);
  return text.str();
}

std::string json_body(const Call& call, const Json& input) {
  Json body = Json::object();
  for (const auto& member : call.input.members) {
    if (member.place == Place::body && input.contains(member.name)) body[member.wire] = input.at(member.name);
  }
  // What is not UTF-8 could not be said in JSON; the service refuses the replacement.
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "{Name}" and "{Name+}" replaced by the members that travel there.
std::string filled_path(const Call& call, const Json& input) {
  std::string path(call.operation->path);
  for (const auto& member : call.input.members) {
    if (member.place != Place::uri) continue;
    auto value = text_of(input.at(member.name));
    if (call.service->ids_carry_paths) value = value.substr(value.rfind('/') + 1);
    const bool keeps_slashes = path.find("{" + member.wire + "+}") != std::string::npos;
    const auto hole = fmt::format("{{{}{}}}", member.wire, keeps_slashes ? "+" : "");
    const auto begin = path.find(hole);
    LIFEBOAT_ASSERT(begin != std::string::npos, "a member that travels in the path has its place there");
    path.replace(begin, hole.size(), percent_encode(value, keeps_slashes));
  }
  return path;
}

/// What follows "?" in a row's path: "versioning", or "list-type=2".
void move_query_out(Request& request) {
  const auto mark = request.path.find('?');
  if (mark == std::string::npos) return;
  const auto word = request.path.substr(mark + 1);
  const auto equals = std::min(word.find('='), word.size());
  request.query.emplace_back(word.substr(0, equals), equals == word.size() ? "" : word.substr(equals + 1));
  request.path.resize(mark);
}

/// Bytes as they are; a structure as a document of its own.
void set_payload(Request& request, const Service& service, const Member& member, const Json& value) {
  if (member.shape.kind != Kind::structure) {
    request.body = text_of(value);
    return;
  }
  request.body = xml_body(service, member.wire, member.shape, value);
  request.set_header("Content-Type", "application/xml");
}

Request rest_request(const Call& call, const Json& input) {
  Request request{.method = std::string(call.operation->method), .path = filled_path(call, input)};
  move_query_out(request);
  for (const auto& member : call.input.members) {
    const auto given = input.find(member.name);
    if (given == input.end()) continue;
    if (member.place == Place::query) request.query.emplace_back(member.wire, text_of(*given));
    if (member.place == Place::header) request.headers.emplace_back(member.wire, text_of(*given));
    if (member.place == Place::payload) set_payload(request, *call.service, member, *given);
  }
  if (!call.operation->body_element.empty()) {
    request.body = xml_body(*call.service, std::string(call.operation->body_element), call.input, input);
    request.set_header("Content-Type", "application/xml");
  } else if (call.service->protocol == Protocol::rest_json && call.operation->method != "GET") {
    request.body = json_body(call, input);
    request.set_header("Content-Type", "application/json");
  }
  if (call.operation->needs_checksum) request.set_header("x-amz-checksum-sha256", sha256_base64(request.body));
  return request;
}

Request form_request(const Call& call, const Json& input) {
  return {.method = "POST",
          .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
          .body = form_body(call, input)};
}

Request json_request(const Call& call, const Json& input) {
  return {.method = "POST",
          .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                      {"X-Amz-Target", fmt::format("{}.{}", call.service->target_prefix, call.operation->name)}},
          .body = json_body(call, input)};
}

Request protocol_request(const Call& call, const Json& input) {
  switch (call.service->protocol) {
    case Protocol::ec2:
    case Protocol::query:
      return form_request(call, input);
    case Protocol::json:
      return json_request(call, input);
    case Protocol::rest_xml:
    case Protocol::rest_json:
      break;
  }
  return rest_request(call, input);
}

bool fits_a_host_name(std::string_view bucket) {
  return std::ranges::all_of(bucket,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// S3 wants the bucket in the host's name; a bucket whose name has dots would not match the certificate there, and a
/// server of one's own has no such names.
void move_bucket_to_host(Request& request, const Json& input, const Endpoint& endpoint) {
  const auto bucket = input.find("Bucket");
  if (bucket == input.end() || endpoint.is_overridden || !fits_a_host_name(bucket->get<std::string>())) return;
  request.host = bucket->get<std::string>() + "." + endpoint.host;
  request.path = request.path.substr(bucket->get<std::string>().size() + 1);
  if (request.path.empty()) request.path = "/";
}

}  // namespace

base::Result<Request> build_request(const Call& call, const Json& input, const Endpoint& endpoint) {
  const auto fits = check_input(call.input, input, fmt::format("{} {}", call.service->name, call.operation->name));
  if (!fits) return std::unexpected(fits.error());
  auto request = protocol_request(call, input);
  request.scheme = endpoint.scheme;
  request.host = endpoint.host;
  if (call.service->signing_name == "s3") move_bucket_to_host(request, input, endpoint);
  request.path = endpoint.path + request.path;
  return request;
}

}  // namespace lifeboat::aws
