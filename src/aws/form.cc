#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/build_request.h"
#include "aws/input_check.h"

namespace lifeboat::aws {
namespace {

class FormWriter {
 public:
  explicit FormWriter(Protocol protocol) : protocol_(protocol) {}

  void write(const std::string& name, const Shape& shape, const Json& value) {
    if (shape.kind == Kind::structure) {
      for (const auto& member : shape.members) {
        const auto given = value.find(member.name);
        if (given != value.end()) write(name.empty() ? member.wire : name + "." + member.wire, member.shape, *given);
      }
    } else if (shape.kind == Kind::list) {
      write_list(name, shape, value);
    } else {
      fields_.emplace_back(name, text_of(value));
    }
  }

  Fields take() { return std::move(fields_); }
  void add(std::string name, std::string_view value) { fields_.emplace_back(std::move(name), value); }

 private:
  void write_list(const std::string& name, const Shape& shape, const Json& value) {
    // "No elements" is said by the bare name; ec2 has no way to say it.
    if (value.empty() && protocol_ == Protocol::query) fields_.emplace_back(name, "");
    const auto prefix = shape.is_flattened ? name : name + "." + shape.element_name;
    for (std::size_t index = 0; index < value.size(); ++index) {
      write(fmt::format("{}.{}", prefix, index + 1), shape.element.front(), value[index]);
    }
  }

  Protocol protocol_;
  Fields fields_;
};

}  // namespace

Fields form_fields(const Call& call, const Json& input) {
  FormWriter writer(call.service->protocol);
  writer.add("Action", call.operation->name);
  writer.add("Version", call.service->version);
  writer.write("", call.input, input);
  return writer.take();
}

}  // namespace lifeboat::aws
