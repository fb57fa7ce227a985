#include "aws/shape.h"

#include <algorithm>
#include <cctype>

#include "base/assert.h"

namespace lifeboat::aws {
namespace {

class ShapeParser {
 public:
  ShapeParser(std::string_view text, std::span<const NamedShape> named, Spelling spelling)
      : rest_(text), named_(named), spelling_(spelling) {}

  Shape whole() {
    auto shape = structure();
    LIFEBOAT_ASSERT(rest_.empty(), "a shape has as many closing brackets as opening ones");
    return shape;
  }

 private:
  static bool is_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  }

  bool accept(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) { LIFEBOAT_ASSERT(accept(c), "a shape closes the brackets that it opens"); }

  std::string name() {
    const auto end = std::ranges::find_if_not(rest_, is_name);
    std::string found(rest_.begin(), end);
    LIFEBOAT_ASSERT(!found.empty(), "a shape names its members");
    rest_.remove_prefix(found.size());
    return found;
  }

  void skip_spaces() {
    while (rest_.starts_with(' ') || rest_.starts_with('\n')) rest_.remove_prefix(1);
  }

  static Shape of_kind(Kind kind) {
    Shape shape;
    shape.kind = kind;
    return shape;
  }

  Shape structure() {
    auto shape = of_kind(Kind::structure);
    for (skip_spaces(); !rest_.empty() && !rest_.starts_with('}'); skip_spaces()) shape.members.push_back(member());
    return shape;
  }

  Member member() {
    Member member{.name = name(), .wire = {}};
    member.wire = member.name;
    // "VpcId" is "vpcId" there; where it is something else, such as "DNSName", the row says it.
    if (spelling_ == Spelling::ec2_answer) member.wire[0] = static_cast<char>(std::tolower(member.wire[0]));
    if (accept('@')) member.place = place(name());
    if (accept('=')) member.wire = name();
    member.is_required = accept('!');
    member.shape = type(member.wire);
    return member;
  }

  Shape type(const std::string& wire) {
    if (accept(':')) return of_kind(scalar(name()));
    if (accept('&')) return parse_shape(named(name()), named_, spelling_);
    if (accept('[')) return list(wire);
    if (accept('<')) {
      expect('>');
      auto shape = of_kind(Kind::map);
      shape.element.push_back(type(wire));
      return shape;
    }
    if (!accept('{')) return {};
    auto shape = structure();
    expect('}');
    return shape;
  }

  Shape list(const std::string& wire) {
    auto shape = of_kind(Kind::list);
    shape.element_name = spelling_ == Spelling::ec2_answer ? "item" : "member";
    shape.is_flattened = accept('*');
    if (shape.is_flattened) {
      shape.element_name = wire;
    } else if (!rest_.starts_with(']')) {
      shape.element_name = name();
    }
    expect(']');
    shape.element.push_back(type(wire));
    return shape;
  }

  static Kind scalar(std::string_view word) {
    if (word == "int") return Kind::integer;
    if (word == "number") return Kind::number;
    if (word == "bool") return Kind::boolean;
    if (word == "time") return Kind::time;
    LIFEBOAT_ASSERT(word == "bytes", "a shape's types are those of the notation");
    return Kind::bytes;
  }

  static Place place(std::string_view word) {
    if (word == "uri") return Place::uri;
    if (word == "query") return Place::query;
    if (word == "header") return Place::header;
    LIFEBOAT_ASSERT(word == "payload", "a member's places are those of the notation");
    return Place::payload;
  }

  std::string_view named(std::string_view wanted) const {
    const auto found = std::ranges::find(named_, wanted, &NamedShape::name);
    LIFEBOAT_ASSERT(found != named_.end(), "a service has the shapes that its rows name");
    return found->text;
  }

  std::string_view rest_;
  std::span<const NamedShape> named_;
  Spelling spelling_;
};

}  // namespace

Shape parse_shape(std::string_view text, std::span<const NamedShape> named, Spelling spelling) {
  return ShapeParser(text, named, spelling).whole();
}

}  // namespace lifeboat::aws
