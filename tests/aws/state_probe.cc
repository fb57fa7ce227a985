// What state_test.py asks: a stack's buckets, duties, seat, journal and CloudFormation stacks, over the wire. One JSON
// object a line on standard input, one answer a line.

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aws/client.h"
#include "aws/credential_chain.h"
#include "aws/curl_transport.h"
#include "journal/journal.h"
#include "journal/open_folder.h"
#include "providers/aws/bucket.h"
#include "providers/aws/duty_store.h"
#include "providers/aws/journal_copy.h"
#include "providers/aws/seat.h"
#include "providers/aws/stack_driver.h"
#include "system/clock.h"
#include "system/waiting.h"

namespace {

using namespace lifeboat;
using Json = nlohmann::json;
using base::Milliseconds;

constexpr Milliseconds limit{20'000};

/// The client as the program puts it together, in this process's environment, and the stack "shop".
struct World {
  static std::string variable(const std::string& name) {
    const auto* value = std::getenv(name.c_str());
    return value == nullptr ? std::string() : value;
  }

  static model::Stack shop() {
    model::Stack stack;
    stack.name = "shop";
    stack.home.name = {"us-east-2"};
    stack.standby.name = {"us-west-1"};
    return stack;
  }

  aws_world::Work work() {
    return {{.client = client, .clock = clock, .pause = pause, .poll_interval = Milliseconds(100)},
            clock.now() + limit};
  }

  aws::CurlTransport transport;
  system::SystemClock clock;
  system::StoppablePause pause;
  system::SystemChance chance;
  aws::CredentialChain chain{aws::usual_links({transport, clock, pause, chance, variable}), clock};
  aws::Client client{{transport, chain, clock, pause, chance, variable}};
  model::Stack stack = shop();
  aws_world::Names names{stack, "123456789012"};
  std::map<std::string, std::unique_ptr<aws_world::Seat>> seats;
};

Json error_of(const base::Error& error) {
  return {{"error", {{"code", error.name()}, {"message", error.message}, {"help", error.help}}}};
}

Json done(const base::Status& status) {
  return status ? Json::object() : error_of(status.error());
}

Json make_bucket(World& world, const Json& question) {
  return done(aws_world::make_bucket(world.work(), world.names, {question.at("region")}));
}

Json delete_bucket(World& world, const Json& question) {
  return done(aws_world::delete_bucket(world.work(), world.names, {question.at("region")}));
}

Json describe(const aws_world::RegionDuty& duty) {
  return {{"newest", duty.duty.newest.value}, {"fenced", duty.duty.fenced_through.value}};
}

Json read_duty(World& world, const Json& question) {
  aws_world::S3DutyStore store(world.client, world.clock, world.names);
  const auto duty = store.read({question.at("region")}, limit);
  if (!duty) return error_of(duty.error());
  return *duty ? describe(**duty) : Json(nullptr);
}

Json fence(World& world, const Json& question) {
  aws_world::S3DutyStore store(world.client, world.clock, world.names);
  const auto change = [&](aws_world::RegionDuty duty) -> base::Result<aws_world::RegionDuty> {
    auto next = engine::fenced(duty.duty, {question.at("epoch").get<std::uint64_t>()});
    if (!next) return std::unexpected(next.error());
    duty.duty = *std::move(next);
    return duty;
  };
  const auto duty = store.change({question.at("region")}, change, world.clock.now() + limit);
  return duty ? describe(*duty) : error_of(duty.error());
}

aws_world::Seat& seat_of(World& world, const Json& question) {
  auto& seat = world.seats[question.at("who")];
  if (!seat) seat = std::make_unique<aws_world::Seat>(world.client, world.clock, world.stack, world.names);
  return *seat;
}

Json take(World& world, const Json& question) {
  const auto taken = seat_of(world, question).take(question.at("who"), limit);
  if (!taken) return error_of(taken.error());
  return {{"term", taken->term.number}, {"before", taken->before.number}};
}

Json renew(World& world, const Json& question) {
  return done(seat_of(world, question).renew(limit));
}

Json leave(World& world, const Json& question) {
  return done(seat_of(world, question).leave(limit));
}

Json look(World& world, const Json& question) {
  const auto holder = seat_of(world, question).look(limit);
  if (!holder) return error_of(holder.error());
  if (!*holder) return nullptr;
  return {{"who", (*holder)->term.controller}, {"age_ms", (*holder)->age.count()}, {"is_held", (*holder)->is_held}};
}

/// Opens the journal in a folder, appends what is given, and says what is in it and how long each append took.
Json write_journal(World& world, const Json& question) {
  aws_world::CopyPorts ports{world.client};
  auto folder = journal::open_log_folder(question.at("folder").get<std::string>());
  if (!folder) return error_of(folder.error());
  if (auto fetched = aws_world::fetch_journal(ports, world.stack, world.names, **folder); !fetched) {
    return error_of(fetched.error());
  }
  auto journal = journal::Journal::open(aws_world::copied(ports, world.stack, world.names, *std::move(folder)));
  if (!journal) return error_of(journal.error());
  Json texts = Json::array();
  for (const auto& record : journal->records()) texts.push_back(std::get<engine::Disarmed>(record).sentence);
  Json times_ms = Json::array();
  for (const auto& text : question.at("append")) {
    const std::vector<engine::Record> records{engine::Disarmed{text, world.clock.wall_now()}};
    const auto began = world.clock.now();
    if (auto appended = journal->append(records); !appended) return error_of(appended.error());
    times_ms.push_back(std::chrono::duration<double, std::milli>(world.clock.now() - began).count());
    texts.push_back(text);
  }
  return {{"texts", texts}, {"times_ms", times_ms}};
}

aws_world::StackDriver driver_of(World& world) {
  return aws_world::StackDriver(
      {.client = world.client, .clock = world.clock, .pause = world.pause, .poll_interval = Milliseconds(50)});
}

aws_world::StackRequest request_of(const Json& question) {
  return {.region = {question.at("region")},
          .name = question.at("name"),
          .body = question.at("body").get<std::string>(),
          .tags = {{"lifeboat:stack", "shop"}}};
}

Json preview(World& world, const Json& question) {
  const auto changes = driver_of(world).preview(request_of(question), world.clock.now() + limit);
  if (!changes) return error_of(changes.error());
  Json list = Json::array();
  for (const auto& change : *changes) {
    list.push_back({change.action, change.logical_id, change.type, change.may_replace});
  }
  return list;
}

Json apply(World& world, const Json& question) {
  Json events = Json::array();
  const auto state = driver_of(world).apply(
      request_of(question), world.clock.now() + limit,
      [&](const aws_world::StackEvent& event) { events.push_back(event.logical_id + " " + event.status); });
  if (!state) return error_of(state.error());
  return {{"status", state->status}, {"outputs", state->outputs}, {"ids", state->physical_ids}, {"events", events}};
}

Json remove(World& world, const Json& question) {
  return done(driver_of(world).remove({question.at("region")}, question.at("name"), world.clock.now() + limit, {}));
}

Json answer(World& world, const Json& question) {
  static const std::map<std::string, std::function<Json(World&, const Json&)>> asked{{"make_bucket", make_bucket},
                                                                                     {"delete_bucket", delete_bucket},
                                                                                     {"read_duty", read_duty},
                                                                                     {"fence", fence},
                                                                                     {"take", take},
                                                                                     {"renew", renew},
                                                                                     {"leave", leave},
                                                                                     {"look", look},
                                                                                     {"journal", write_journal},
                                                                                     {"preview", preview},
                                                                                     {"apply", apply},
                                                                                     {"remove", remove}};
  return asked.at(question.at("ask"))(world, question);
}

}  // namespace

int main() {
  World world;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(world, Json::parse(line)).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
}
