#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "aws/answer.h"

namespace lifeboat::aws {
namespace {

using XmlRead = std::expected<Json, std::string>;

XmlRead read_node(const Shape& shape, const pugi::xml_node& node);

/// What the service calls "a:b" is "b" to us.
std::string_view plain_name(const pugi::xml_node& node) {
  const std::string_view full = node.name();
  return full.substr(full.rfind(':') + 1);
}

bool is_called(const pugi::xml_node& node, std::string_view name) {
  return plain_name(node) == name;
}

pugi::xml_node child_called(const pugi::xml_node& node, std::string_view name) {
  return node.find_child([&](const pugi::xml_node& child) { return is_called(child, name); });
}

XmlRead read_elements(const Shape& shape, const pugi::xml_node& parent) {
  Json list = Json::array();
  for (const auto& child : parent.children()) {
    if (!is_called(child, shape.element_name)) continue;
    auto element = read_node(shape.element.front(), child);
    if (!element) return element;
    list.push_back(*std::move(element));
  }
  return list;
}

/// Services write members in one order, so the one after the last that was found is nearly always the next.
const Member* find_member(const Shape& shape, std::string_view name, std::size_t& expected) {
  const auto count = shape.members.size();
  for (std::size_t tried = 0; tried < count; ++tried) {
    const auto index = (expected + tried) % count;
    const auto& member = shape.members[index];
    if (member.place != Place::body || member.wire != name) continue;
    expected = index + 1;
    return &member;
  }
  return nullptr;
}

/// One walk over what came: answers have thousands of elements, and most of what is in them is of no use to us.
XmlRead read_members(const Shape& shape, const pugi::xml_node& node) {
  Json object = Json::object();
  auto& members = object.get_ref<Json::object_t&>();
  std::size_t expected = 0;
  for (const auto& child : node.children()) {
    const auto* member = find_member(shape, plain_name(child), expected);
    // Of two with one name the first counts; a flattened list takes all of them at its first.
    if (member == nullptr || members.contains(member->name)) continue;
    auto value = member->shape.is_flattened ? read_elements(member->shape, node) : read_node(member->shape, child);
    if (!value) return std::unexpected(fmt::format("{}: {}", member->name, value.error()));
    members.emplace(member->name, *std::move(value));
  }
  return object;
}

XmlRead read_node(const Shape& shape, const pugi::xml_node& node) {
  if (shape.kind == Kind::structure) return read_members(shape, node);
  if (shape.kind == Kind::list) return read_elements(shape, node);
  if (shape.kind == Kind::text) return Json(node.text().get());
  return read_scalar(shape.kind, node.text().get());
}

/// S3 tells a bucket's location by the root element itself, which has the name of the answer's only member.
bool is_whole_answer(const Shape& output, std::string_view element) {
  return !element.empty() && output.members.size() == 1 && output.members.front().wire == element;
}

XmlRead read_only_member(const Member& member, const pugi::xml_node& root) {
  auto value = read_node(member.shape, root);
  if (!value) return value;
  return Json{{member.name, *std::move(value)}};
}

}  // namespace

std::expected<Json, std::string> read_xml(const Call& call, std::string_view body) {
  pugi::xml_document document;
  // A value of nothing but spaces is a value.
  const auto parsed =
      document.load_buffer(body.data(), body.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed) return std::unexpected(fmt::format("it is no XML ({} at byte {})", parsed.description(), parsed.offset));
  const auto root = document.document_element();
  const auto& element = call.operation->answer_element;
  const auto expected = element.empty() ? fmt::format("{}Response", call.operation->name) : std::string(element);
  if (!is_called(root, expected))
    return std::unexpected(fmt::format("it begins with <{:.40}>, not <{}>", root.name(), expected));
  if (is_whole_answer(call.output, element)) return read_only_member(call.output.members.front(), root);
  if (call.service->protocol != Protocol::query) return read_members(call.output, root);
  const auto result = child_called(root, fmt::format("{}Result", call.operation->name));
  if (!result && !call.output.members.empty()) return std::unexpected(std::string("it has no result"));
  return read_members(call.output, result);
}

}  // namespace lifeboat::aws
