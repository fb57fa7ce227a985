#include "aws/profile.h"

#include <fmt/format.h>

#include "aws/ini.h"
#include "system/files.h"

namespace lifeboat::aws {
namespace {

/// Empty for a file that does not exist.
base::Result<std::string> shared_file(const Environment& environment, const std::string& variable,
                                      const std::string& name) {
  auto path = environment(variable);
  if (path.empty()) path = environment("HOME") + "/.aws/" + name;
  auto content = system::read_file(path);
  if (!content && content.error().code == base::ErrorCode::file_missing) return std::string();
  return content;
}

/// The config file calls them "profile NAME", all but the default one; names with spaces stand in quotes.
std::string name_in_config(const std::string& section) {
  if (!section.starts_with("profile ")) return section == "default" ? section : std::string();
  auto name = section.substr(section.find_first_not_of(' ', 8));
  const bool is_quoted = name.size() > 1 && (name[0] == '"' || name[0] == '\'') && name.back() == name[0];
  return is_quoted ? name.substr(1, name.size() - 2) : name;
}

}  // namespace

base::Result<Profiles> Profiles::load(const Environment& environment) {
  const auto config = shared_file(environment, "AWS_CONFIG_FILE", "config");
  if (!config) return std::unexpected(config.error());
  const auto credentials = shared_file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  if (!credentials) return std::unexpected(credentials.error());
  return parse(*config, *credentials);
}

base::Result<Profiles> Profiles::parse(const std::string& config, const std::string& credentials) {
  Profiles profiles;
  auto sections = parse_ini(config);
  if (!sections) return base::wrap(sections.error(), "AWS's config file");
  for (auto& [section, settings] : *sections) {
    const auto name = name_in_config(section);
    if (!name.empty()) profiles.profiles_[name] = settings;
  }
  sections = parse_ini(credentials);
  if (!sections) return base::wrap(sections.error(), "AWS's credentials file");
  for (auto& [name, settings] : *sections) {
    for (auto& [key, value] : settings) profiles.profiles_[name][key] = value;
  }
  return profiles;
}

const Profile* Profiles::find(const std::string& name) const {
  const auto found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : &found->second;
}

std::string profile_name(const Environment& environment) {
  const auto name = environment("AWS_PROFILE");
  return name.empty() ? "default" : name;
}

std::string setting(const Profile& profile, const std::string& name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

}  // namespace lifeboat::aws
