#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::aws {

enum class Kind { text, integer, number, boolean, time, bytes, structure, list, map };
/// Where a member travels in HTTP.
enum class Place { body, uri, query, header, payload };
/// Whose spelling applies where a row names none.
enum class Spelling { as_named, ec2_answer };

struct Member;

/// What an operation takes or gives, as far as Lifeboat uses it.
struct Shape {
  Kind kind = Kind::text;
  // Without initialisers, because clang would want to see all of Member for them.
  std::vector<Member> members;    ///< Of a structure.
  std::vector<Shape> element;     ///< Of a list or a map: exactly one.
  std::string element_name = {};  ///< What a list's elements are called on the wire.
  bool is_flattened = false;      ///< The list's elements carry the list's own name.
};

struct Member {
  std::string name;  ///< In our JSON, which is the API's own name.
  std::string wire;  ///< On the wire.
  Place place = Place::body;
  bool is_required = false;
  Shape shape = {};
};

/// A structure that several rows use: `&name` stands for it.
struct NamedShape {
  std::string_view name;
  std::string_view text;
};

/// Reads the rows' notation; members are separated by spaces:
///
///   Name              text               Name:int :number :bool :time :bytes
///   Name=wireName     as the wire spells it, where that differs
///   Name@query        @uri, @query, @header, @payload: where it travels when not in the body
///                     (a structure at @payload is an XML document of its own, named as the wire spells it)
///   Name!             must be given
///   Name{…}           a structure        Name&Shape   a structure of the service's named shapes
///   Name[X]…          a list whose elements are called X on the wire: of text, or of what follows
///   Name[]…           the same, called as the protocol's lists usually are ("member"; "item" in ec2's answers)
///   Name[*]…          a list without an element of its own: the list's name is repeated
///   Name<>…           a map from text to text, or to what follows
///
/// The notation is part of the program, so an error in it is a defect of ours: it asserts.
Shape parse_shape(std::string_view text, std::span<const NamedShape> named, Spelling spelling);

}  // namespace lifeboat::aws
