#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "driver.h"
#include "engine/report.h"

namespace lifeboat::scenarios {
namespace {

using Words = std::vector<std::string>;

enum class Telling {
  in_full,    ///< With the simulated times and every effect.
  sentences,  ///< Only what is said in every world: commands run to their end, and nothing of how a loss was noticed.
};

/// Carries out a story's commands and prints what an operator and a developer would see. One method a command.
class Story {
 public:
  explicit Story(Telling telling) : telling_(telling), effects_(telling == Telling::in_full) {
    driver_.on_output = [this](int at_ms, const runtime::Core::Output& output) { print(at_ms, output); };
  }

  std::string play(const std::string& line) {
    out_.clear();
    std::istringstream stream(line);
    words_ = {std::istream_iterator<std::string>(stream), {}};
    const auto handler = handlers().find(words_.at(0));
    if (handler == handlers().end()) return fmt::format("unknown command '{}'\n", words_[0]);
    (this->*handler->second)();
    if (telling_ == Telling::sentences) settle_and_look();
    return out_;
  }

 private:
  /// Real worlds are asked about a command when it has ended, and have looked at themselves by then.
  void settle_and_look() {
    settle();
    driver_.run(1000);
  }

  using Handler = void (Story::*)();
  static const std::map<std::string, Handler>& handlers() {
    static const std::map<std::string, Handler> table = {
        {"up", &Story::up},
        {"failover", &Story::failover},
        {"switchover", &Story::switchover},
        {"failback", &Story::failback},
        {"reprotect", &Story::reprotect},
        {"arm", &Story::arm},
        {"disarm", &Story::disarm},
        {"run", &Story::run},
        {"settle", &Story::settle},
        {"quietly", &Story::quietly},
        {"crash", &Story::crash},
        {"kill", &Story::kill},
        {"revive", &Story::revive},
        {"cut-off", &Story::cut_off},
        {"reconnect", &Story::reconnect},
        {"slow", &Story::slow},
        {"fast", &Story::fast},
        {"link", &Story::link},
        {"writes", &Story::writes},
        {"clients", &Story::clients},
        {"loss", &Story::loss},
        {"not-ready", &Story::not_ready},
        {"fail", &Story::fail},
        {"lose-answer", &Story::lose_answer},
        {"lie", &Story::lie},
        {"effects", &Story::effects},
        {"state", &Story::state},
        {"world", &Story::world},
        {"report", &Story::report},
    };
    return table;
  }

  bool has(const std::string& word) const { return std::find(words_.begin(), words_.end(), word) != words_.end(); }
  template <class Function>
  void in_world(Function&& function) {
    driver_.provider().with_world(function);
  }
  base::RegionName region() const { return {words_.at(1)}; }

  void print(int at_ms, const runtime::Core::Output& output) {
    if (quiet_) return;
    if (telling_ == Telling::sentences) return print_sentences(output);
    for (const auto& sentence : output.explanation) out_ += fmt::format("{:7.3f}  {}\n", at_ms / 1000.0, sentence);
    if (!effects_) return;
    for (const auto& effect : output.effects) out_ += fmt::format("         -> {}\n", effect.id.value);
  }

  void print_sentences(const runtime::Core::Output& output) {
    for (const auto& record : output.records) {
      const bool of_an_operation = !engine::operation_of(record).empty();
      if (const auto sentence = engine::sentence_of(record); of_an_operation && !sentence.empty())
        out_ += sentence + "\n";
    }
  }

  void give(const engine::Command& command) {
    const auto reply = driver_.command(command);
    if (!reply) out_ += fmt::format("refused: {}\n", reply.error().text());
  }

  engine::FailoverOptions options() {
    engine::FailoverOptions options;
    if (has("direct")) options.method = engine::FenceMethod::direct;
    if (has("power")) options.method = engine::FenceMethod::power;
    options.accept_loss = has("accept-loss");
    options.accept_split_brain_risk = has("accept-split-brain-risk");
    options.readiness = driver_.readiness();
    return options;
  }

  void up() { give(driver_.up_command()); }
  void failover() { give(engine::Failover{options()}); }
  void switchover() { give(engine::Switchover{has("even-if-not-ready"), driver_.readiness()}); }
  void failback() { give(engine::Failback{has("even-if-not-ready"), driver_.readiness()}); }
  void reprotect() { give(engine::ReprotectRegion{}); }
  void arm() { give(engine::Arm{options()}); }
  void disarm() { give(engine::Disarm{}); }

  void run() { driver_.run(std::stoi(words_.at(1))); }
  void settle() {
    if (!driver_.settle()) out_ += "does not settle\n";
  }
  void quietly() {
    quiet_ = true;
    const Words rest(words_.begin() + 1, words_.end());
    words_ = rest;
    (this->*handlers().at(words_.at(0)))();
    settle();
    driver_.run(1000);
    quiet_ = false;
  }
  void crash() { driver_.crash(std::nullopt, has("mid-effect")); }

  void kill() {
    in_world([this](fake::World& world) { world.kill(region()); });
  }
  void revive() {
    in_world([this](fake::World& world) { world.revive(region()); });
  }
  void cut_off() {
    in_world([this](fake::World& world) { world.region(region()).reachable = false; });
  }
  void reconnect() {
    in_world([this](fake::World& world) { world.region(region()).reachable = true; });
  }
  void slow() {
    in_world([this](fake::World& world) { world.region(region()).slow = true; });
  }
  void fast() {
    in_world([this](fake::World& world) { world.region(region()).slow = false; });
  }
  void link() {
    in_world([this](fake::World& world) { world.replicates = words_.at(1) == "on"; });
  }
  void writes() {
    in_world([this](fake::World& world) {
      for (int i = 0; i < std::stoi(words_.at(1)); ++i) world.write_once();
    });
  }
  void clients() { driver_.clients_write = words_.at(1) == "on"; }
  void loss() { driver_.predicted_loss_ms = std::stoi(words_.at(1)); }
  void not_ready() { driver_.ready = false; }
  void fail() {
    driver_.provider().fail(words_.at(1), std::stoi(words_.at(2)),
                            words_.size() > 3 ? base::error_code_from_name(words_[3]) : base::ErrorCode::effect_failed);
  }
  void lose_answer() { driver_.provider().lose_answer(words_.at(1), std::stoi(words_.at(2))); }

  /// A fence certificate that cannot be true.
  void lie() {
    engine::FenceCertificate certificate{{words_.at(2)}, engine::FenceMethod::power, {0}, {"trust me"}, {}};
    if (has("no-evidence")) certificate = {{words_.at(2)}, engine::FenceMethod::power, {1}, {}, {}};
    driver_.provider().answer_with(words_.at(1), certificate);
  }
  void effects() { effects_ = words_.at(1) == "on"; }

  void state() {
    const auto& state = driver_.state();
    if (telling_ == Telling::sentences) {
      out_ += fmt::format("active {} · epoch {} · {}\n", state.active_region.value, state.epoch.value,
                          state.is_protected() ? "protected" : "not protected");
      return;
    }
    out_ += fmt::format("active {} · epoch {} (promised {}) · {}{}\n", state.active_region.value, state.epoch.value,
                        state.promised_epoch.value, state.is_protected() ? "protected" : "not protected",
                        state.armed ? " · armed" : "");
    if (state.operation) {
      out_ += fmt::format("running {}: {}\n", state.operation->id().value, to_string(*state.operation->phase));
    }
    if (!state.history.empty()) {
      out_ += fmt::format("last {}: {}\n", state.history.front().id().value,
                          to_string(state.history.front().ended->verdict));
    }
  }

  void world() {
    in_world([this](fake::World& world) {
      for (const auto& name : {driver_.state().setup.home, driver_.state().setup.standby}) {
        const auto& region = world.region(name);
        out_ += fmt::format("{}: {}, traffic {}, {}{}\n", name.value, region.powered ? "on" : "off",
                            model::to_string(region.traffic), world.can_commit(name) ? "writes" : "does not write",
                            region.database.streams ? ", streams" : "");
      }
      out_ += fmt::format("name -> {} · {} acknowledged, {} failed, {} lost, {} exported\n", world.dns_answer.value,
                          world.clients.acknowledged.size(), world.clients.failed, world.lost_writes().size(),
                          world.exported_writes);
      for (const auto& promise : world.broken()) out_ += fmt::format("BROKEN {}\n", promise);
    });
  }

  void report() {
    const auto report = engine::build_report(driver_.records(), {words_.at(1)});
    if (!report) {
      out_ += "no such operation\n";
      return;
    }
    const auto show = [this](std::string_view name, const auto& value) {
      if (value) out_ += fmt::format("{} {}\n", name, *value);
    };
    out_ += fmt::format("{} {} epoch {}\n", report->operation.value,
                        report->verdict ? to_string(*report->verdict) : "running", report->epoch.value);
    show("rto_ms", report->rto_ms);
    if (report->rto_ms) out_ += fmt::format("rto_source {}\n", to_string(report->rto_source));
    show("detect_ms", report->phases.detect_ms);
    show("decide_ms", report->phases.decide_ms);
    show("fence_ms", report->phases.fence_ms);
    show("promote_ms", report->phases.promote_ms);
    show("dns_ms", report->phases.dns_ms);
    show("client_ms", report->phases.client_ms);
    if (report->fence)
      out_ += fmt::format("fence {}: {}\n", to_string(report->fence->method), report->fence->evidence[0]);
    show("acknowledged_writes", report->acknowledged_writes);
    show("lost_acknowledged_writes", report->lost_acknowledged_writes);
    show("failed_requests", report->failed_requests);
    show("time_to_reprotect_ms", report->time_to_reprotect_ms);
  }

  const Telling telling_;
  Driver driver_;
  Words words_;
  std::string out_;
  bool quiet_ = false;
  bool effects_ = true;
};

struct Block {
  std::vector<std::string> before;  ///< Comments and empty lines.
  std::vector<std::string> commands;
  std::string expected;
};

std::vector<Block> read_blocks(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Block> blocks(1);
  bool output = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "----") {
      output = true;
    } else if (output && line.empty()) {
      output = false;
      blocks.emplace_back();
    } else if (output) {
      blocks.back().expected += line + "\n";
    } else if (line.empty() || line.starts_with("#")) {
      blocks.back().before.push_back(line);
    } else {
      blocks.back().commands.push_back(line);
    }
  }
  return blocks;
}

class Scenario : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenario, PrintsWhatTheStorySays) {
  const bool rewrite = std::getenv("LIFEBOAT_REWRITE") != nullptr;
  auto blocks = read_blocks(GetParam());
  Story story(GetParam().parent_path().stem() == "worlds" ? Telling::sentences : Telling::in_full);
  std::string text;
  for (const auto& block : blocks) {
    if (block.commands.empty()) continue;
    std::string printed;
    for (const auto& command : block.commands) printed += story.play(command);
    if (!rewrite) {
      EXPECT_EQ(printed, block.expected) << "after '" << block.commands.back() << "'";
    }
    for (const auto& line : block.before) text += line + "\n";
    for (const auto& line : block.commands) text += line + "\n";
    text += "----\n" + printed + "\n";
  }
  if (rewrite) std::ofstream(GetParam()) << text;
}

std::vector<std::filesystem::path> stories() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(LIFEBOAT_SCENARIOS)) {
    const bool is_story = entry.path().extension() == ".txt" && entry.path().stem() != "CMakeLists";
    if (is_story) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario, testing::ValuesIn(stories()), [](const auto& story) {
  auto name = story.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace lifeboat::scenarios
