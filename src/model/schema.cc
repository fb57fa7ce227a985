#include "model/schema.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "model/fields.h"
#include "model/region_catalogue.h"

namespace lifeboat::model {

namespace {

using Json = nlohmann::ordered_json;

Json text_schema(const Field& field) {
  return {{"type", "string"}, {"maxLength", field.max_length}, {"pattern", field.pattern}};
}

// Written without quotes a version is a number, and then has to be one that the pattern could match.
Json version_schema(const Field& field) {
  Json number{{"type", "number"}, {"minimum", 0}, {"exclusiveMaximum", 100}};
  return {{"anyOf", Json::array({text_schema(field), std::move(number)})}};
}

Json list_schema(const Field& field) {
  Json item{{"type", Json::array({"string", "number", "boolean"})}, {"minLength", 1}, {"maxLength", max_item_length}};
  Json list{{"type", "array"}, {"maxItems", max_list_items}};
  if (field.type == FieldType::zone_list) {
    item["type"] = "string";
    list["minItems"] = 2;
    list["uniqueItems"] = true;
  }
  list["items"] = std::move(item);
  return list;
}

Json map_schema() {
  return {{"type", "object"},
          {"maxProperties", max_list_items},
          {"propertyNames", {{"pattern", environment_name_pattern}}},
          {"additionalProperties",
           {{"type", Json::array({"string", "number", "boolean"})}, {"maxLength", max_item_length}}}};
}

Json region_map_schema(const Field& field) {
  return {
      {"type", "object"},
      {"propertyNames", {{"enum", region_names()}}},
      {"additionalProperties",
       {{"type", Json::array({"string", "number", "boolean"})}, {"minLength", 1}, {"maxLength", field.max_length}}}};
}

Json type_schema(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return text_schema(field);
    case FieldType::version:
      return version_schema(field);
    case FieldType::choice:
      return {{"type", "string"}, {"enum", field.choices}};
    case FieldType::integer:
      return {{"type", "integer"}, {"minimum", field.minimum}, {"maximum", field.maximum}};
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::duration:
      return {{"type", "string"}, {"pattern", field.pattern}};
    case FieldType::text_list:
    case FieldType::zone_list:
      return list_schema(field);
    case FieldType::text_map:
      return map_schema();
    case FieldType::region_map:
      return region_map_schema(field);
  }
  std::unreachable();
}

Json field_schema(const Field& field) {
  Json schema{{"description", field.description}};
  schema.update(type_schema(field));
  if (!field.default_json.empty()) schema["default"] = Json::parse(field.default_json);
  return schema;
}

// The group of keys of one section; `schema` may hold properties already.
Json group_schema(std::string_view section, std::string_view description) {
  Json schema{{"description", description},
              {"type", "object"},
              {"additionalProperties", false},
              {"properties", Json::object()}};
  Json required = Json::array();
  for (const Field& field : fields()) {
    if (field.section != section) continue;
    schema["properties"][std::string(field.key)] = field_schema(field);
    if (field.required) required.push_back(field.key);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

std::string json_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Lifeboat stack file"}};
  schema.update(group_schema("", "A web stack in two regions."));
  Json& properties = schema["properties"];
  properties["regions"] = {{"description", regions_description},
                           {"type", "array"},
                           {"minItems", 2},
                           {"maxItems", 2},
                           {"items", group_schema("regions", "One region.")}};
  for (const Section& section : sections()) {
    Json& group = section.parent().empty() ? properties : properties[std::string(section.parent())]["properties"];
    group[std::string(section.key())] = group_schema(section.name, section.description);
  }
  schema["required"].push_back("regions");
  return schema.dump(2) + "\n";
}

}  // namespace lifeboat::model
