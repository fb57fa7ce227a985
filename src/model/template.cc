#include "model/template.h"

#include <fmt/format.h>

#include "model/fields.h"
#include "model/region_catalogue.h"

namespace lifeboat::model {

namespace {

constexpr std::string_view introduction =
    "# A stack file: one web stack in two regions. Every key but 'stack' and the names of the regions may be left out; "
    "the\n"
    "# values below are the defaults. 'lifeboat check FILE' says what is wrong with a file, 'lifeboat schema' prints a "
    "JSON\n"
    "# Schema for editors, 'lifeboat up FILE' builds the stack.\n";

constexpr std::string_view application =
    "# Any program can be the application. It runs in the folder that this file is in when the stack is made: "
    "relative\n"
    "# paths in 'command' and 'environment' are relative to this file. Started by root, it runs as the user postgres "
    "(or\n"
    "# nobody), who has to be able to read that folder. Each instance is started with these variables, and with those "
    "of\n"
    "# 'environment':\n"
    "#   LISTEN_ADDRESS, PORT    where to listen; {address} and {port} in the command stand for the same\n"
    "#   REGION, ZONE, INSTANCE  where and which one it is\n"
    "#   PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE  its database; libpq and the drivers over it read them by "
    "themselves.\n"
    "#                           The password is only in the file that PGPASSFILE names, never in a variable or an "
    "argument.\n";

// The text as comment lines of at most 120 columns.
std::string comment(std::string_view text, std::size_t indent) {
  constexpr std::size_t width = 118;
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end + indent > width) end = text.rfind(' ', width - indent);
    out += fmt::format("{:{}}# {}\n", "", indent, text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end == text.size() ? end : end + 1));
  }
  return out;
}

// A default of the table in YAML: JSON is YAML, but a plain word needs no quotes.
std::string yaml_value(std::string_view json) {
  if (json.starts_with('"')) return std::string(json.substr(1, json.size() - 2));
  return std::string(json);
}

/// The names of the regions that a file is written for.
struct RegionNames {
  std::string_view home;
  std::string_view standby;
};

std::string both_regions(std::string_view key, const RegionNames& names, std::string_view home,
                         std::string_view standby) {
  return fmt::format("{}: {{{}: \"{}\", {}: \"{}\"}}", key, names.home, home, names.standby, standby);
}

std::string certificate_example(const RegionNames& names) {
  std::string example = "certificate:";
  for (const auto& name : {names.home, names.standby}) {
    example += fmt::format("\n  {}: \"arn:aws:acm:{}:123456789012:certificate/12345678-90ab-cdef\"", name, name);
  }
  return example;
}

/// All keys of an adopted stack, since it needs them all.
std::string existing_example(const RegionNames& names) {
  std::string example = "existing:";
  for (const std::string& line :
       {both_regions("instances", names, "tag:Name=shop-web", "tag:Name=shop-web"),
        both_regions("load_balancer", names, "shop", "shop"), both_regions("database", names, "shop", "shop-replica"),
        both_regions("database_security_group", names, "tag:Name=shop-database", "sg-0123456789abcdef0"),
        both_regions("cluster", names, "shop", "shop"),
        both_regions("health_check", names, "0b0b0b0b-1111-2222-3333", "0c0c0c0c-1111-2222-3333"),
        std::string("sql_command: psql service=shop")}) {
    example += "\n  " + line;
  }
  return example;
}

// What a key that has no plain default may look like.
std::string example_of(std::string_view key, const RegionNames& names) {
  if (key == "account") return R"(account: "123456789012")";
  if (key == "program") return "program: shop.tar.gz";
  if (key == "hosted_zone") return "hosted_zone: Z0123456789ABCDEFGHIJ";
  if (key == "certificate") return certificate_example(names);
  if (key == "existing") return existing_example(names);
  if (key == "command") return R"(command: [gunicorn, --bind, "{address}:{port}", "app:app"])";
  if (key == "environment") return "environment: {LOG_LEVEL: info}";
  if (key == "kubernetes") return R"(kubernetes: {context: "lifeboat-{region}"})";
  if (key == "webhook") return R"(webhook: {url: "https://alerts.example.com/lifeboat", token_file: webhook-token})";
  if (key == "email") {
    return R"(email: {to: me@example.com, from: me@example.com, smarthost: "mx.example.com:587", username: me, )"
           "password_file: pw}";
  }
  if (key == "slack") return R"(slack: {url_file: slack-url, channel: "#alerts"})";
  if (key == "pagerduty") return "pagerduty: {routing_key_file: pagerduty-key}";
  return "marker_path: /lifeboat/marker";
}

/// The same as comment lines that the reader may uncomment as they are.
std::string commented_example(std::string_view key, const RegionNames& names) {
  std::string lines = example_of(key, names);
  for (std::size_t at = lines.find('\n'); at != lines.npos; at = lines.find('\n', at + 1)) {
    lines.insert(at + 1, "  # ");
  }
  return "  # " + lines + "\n";
}

std::string section_text(const Section& section, const RegionNames& names) {
  std::string out = "\n" + comment(section.description, 0);
  if (section.name == "web") out += application;
  out += fmt::format("{}:\n", section.name);
  for (const Field& field : fields()) {
    if (field.section != section.name) continue;
    out += comment(field.description, 2);
    const bool plain = !field.default_json.empty() && field.default_json != "[]" && field.default_json != "{}";
    if (plain)
      out += fmt::format("  {}: {}\n", field.key, yaml_value(field.default_json));
    else
      out += commented_example(field.key, names);
  }
  for (const Section& inner : sections()) {
    if (inner.parent() != section.name) continue;
    out += comment(inner.description, 2);
    if (inner.name == "aws.existing") {
      for (const Field& field : fields()) {
        if (field.section == inner.name) out += comment(fmt::format("{}: {}", field.key, field.description), 2);
      }
    }
    out += commented_example(inner.key(), names);
  }
  return out;
}

std::string region_text(std::string_view name, std::string_view role, std::string_view block) {
  return fmt::format("  - name: {}\n    role: {}\n    zones: [{}]\n    address_block: {}\n", name, role,
                     fmt::join(default_zones(name), ", "), block);
}

}  // namespace

std::string commented_stack_file(std::string_view stack_name, std::string_view home_region,
                                 std::string_view standby_region) {
  std::string out(introduction);
  for (const Field& field : fields()) {
    if (!field.section.empty()) continue;
    const bool is_name = field.key == "stack";
    out += "\n" + comment(field.description, 0);
    out += fmt::format("{}: {}\n", field.key, is_name ? std::string(stack_name) : yaml_value(field.default_json));
  }
  out += "\n" + comment(regions_description, 0);
  for (const Field& field : fields()) {
    if (field.section == "regions") out += comment(fmt::format("{}: {}", field.key, field.description), 2);
  }
  out += "regions:\n";
  out += region_text(home_region, "home", "10.10.0.0/16") + region_text(standby_region, "standby", "10.20.0.0/16");
  for (const Section& section : sections()) {
    if (section.parent().empty()) out += section_text(section, {home_region, standby_region});
  }
  return out;
}

}  // namespace lifeboat::model
