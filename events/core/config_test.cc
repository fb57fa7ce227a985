#include "events/core/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace lifeboat::events {
namespace {

using testing::HasSubstr;

base::Result<CommandLine> parse(std::vector<const char*> flags, const std::map<std::string, std::string>& variables) {
  flags.insert(flags.begin(), "lifeboat-events");
  return parse_command_line(static_cast<int>(flags.size()), flags.data(),
                            [&](const std::string& name) -> std::optional<std::string> {
                              const auto found = variables.find(name);
                              if (found == variables.end()) return std::nullopt;
                              return found->second;
                            });
}

TEST(Config, FlagsOverrideTheEnvironmentAndThatTheDefaults) {
  const auto command = parse({"--port", "81"}, {{"PORT", "80"}, {"LISTEN_ADDRESS", "127.10.0.10"}, {"POOL_SIZE", "3"}});
  ASSERT_TRUE(command.has_value()) << command.error().text();
  EXPECT_EQ(command->config->port, 81);
  EXPECT_EQ(command->config->listen_address, "127.10.0.10");
  EXPECT_EQ(command->config->limits.pool_size, 3U);
  EXPECT_EQ(command->config->limits.body_bytes, 65536U);
}

TEST(Config, ReadsTheInstancesNameAndTheHosts) {
  const auto command = parse({}, {{"REGION", "us-west-1"},
                                  {"ZONE", "us-west-1b"},
                                  {"INSTANCE", "web-2"},
                                  {"PGHOST", "127.0.0.1,127.0.0.2"},
                                  {"PGPORT", "5432"}});
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->config->identity.zone, "us-west-1b");
  ASSERT_EQ(command->config->database.hosts.size(), 2U);
  EXPECT_EQ(command->config->database.hosts[1].host, "127.0.0.2");
  EXPECT_EQ(command->config->database.hosts[1].port, "5432");
  EXPECT_TRUE(command->config->database.writer_only);
}

TEST(Config, OneHostMayBeAReplica) {
  EXPECT_FALSE(parse({}, {{"PGHOST", "db"}})->config->database.writer_only);
}

TEST(Config, RefusesWhatItCannotUse) {
  EXPECT_THAT(parse({"--port", "x"}, {}).error().message, HasSubstr("--port"));
  EXPECT_THAT(parse({"--nonsense"}, {}).error().message, HasSubstr("--nonsense"));
  EXPECT_FALSE(parse({}, {{"PORT", "99999"}}).has_value());
  EXPECT_FALSE(parse({}, {{"POOL_SIZE", "0"}}).has_value());
  EXPECT_FALSE(parse({}, {{"PGHOST", "a,b,c"}, {"PGPORT", "1,2"}}).has_value());
  EXPECT_FALSE(parse({}, {{"PGTARGETSESSIONATTRS", "standby"}}).has_value());
  EXPECT_FALSE(parse({}, {{"MARKER_TOKEN_FILE", "/nonexistent/token"}}).has_value());
}

TEST(Config, HelpNamesFlagsAndVariables) {
  const auto command = parse({"--help"}, {});
  ASSERT_TRUE(command.has_value());
  EXPECT_FALSE(command->config.has_value());
  EXPECT_THAT(command->text, HasSubstr("[LISTEN_ADDRESS]"));
}

}  // namespace
}  // namespace lifeboat::events
