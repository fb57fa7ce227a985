#include "sim/campaign.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <memory>
#include <sstream>
#include <utility>

namespace lifeboat::sim {
namespace {

/// Writes a line to the pipe; a reader that is gone ends the worker.
void say(int pipe, const std::string& line) {
  const auto text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::write(pipe, text.data() + sent, text.size() - sent);
    if (count <= 0) ::_exit(1);
    sent += static_cast<std::size_t>(count);
  }
}

/// A child process and the lines that it says.
class Child {
 public:
  template <class Work>
  explicit Child(Work&& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      work(ends[1]);
      ::_exit(0);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }
  /// The child ends with its pipe: its next line finds no reader.
  ~Child() {
    if (pipe_ >= 0) ::close(pipe_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pipe() const { return pipe_; }
  /// Takes what has come; false at the end.
  template <class Take>
  bool read(Take&& take) {
    std::array<char, 65536> buffer{};
    const auto count = ::read(pipe_, buffer.data(), buffer.size());
    if (count <= 0) return false;
    text_.append(buffer.data(), static_cast<std::size_t>(count));
    for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
      take(text_.substr(0, end));
      text_.erase(0, end + 1);
    }
    return true;
  }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string text_;
};

/// Every `jobs`-th seed, said line by line: "begin SEED", "fail SEED CHECKER|MESSAGE", and at the end the books.
void work(const CampaignOptions& options, std::uint64_t from, int pipe) {
  if (options.quiet && std::freopen("/dev/null", "w", stderr) == nullptr) return;
  if (options.prepare) options.prepare();
  Campaign sums;
  const auto end = options.first + options.seeds;
  for (auto seed = from; seed < end; seed += static_cast<std::uint64_t>(options.jobs)) {
    say(pipe, fmt::format("begin {}", seed));
    const auto outcome = run_seed(seed);
    sums.events += outcome.events;
    sums.simulated_ms += static_cast<std::uint64_t>(outcome.simulated / millisecond);
    for (const auto& [name, times] : outcome.seen) sums.seen[name] += times;
    if (outcome.violation) {
      say(pipe, fmt::format("fail {} {}|{}", seed, outcome.violation->checker, outcome.violation->message));
    }
  }
  for (const auto& [name, times] : sums.seen) say(pipe, fmt::format("seen {} {}", times, name));
  say(pipe, fmt::format("done {} {}", sums.events, sums.simulated_ms));
}

/// One worker's seeds, whatever ends it in between.
struct Worker {
  std::uint64_t next;  ///< Where a new process goes on.
  std::unique_ptr<Child> child;
  bool done = false;
};

class Crew {
 public:
  explicit Crew(const CampaignOptions& options) : options_(options) {
    for (int job = 0; job < options.jobs; ++job) {
      workers_.push_back({options.first + static_cast<std::uint64_t>(job), nullptr});
      employ(workers_.back());
    }
  }

  Campaign finish() {
    auto next_report = std::time(nullptr) + 1;
    while (look()) {
      if (options_.progress && std::time(nullptr) >= next_report) {
        next_report = std::time(nullptr) + 1;
        options_.progress(result_.seeds);
      }
      if (options_.enough_failures > 0 && result_.failures.size() >= options_.enough_failures) break;
    }
    return std::move(result_);
  }

 private:
  void employ(Worker& worker) {
    worker.child = std::make_unique<Child>([&](int pipe) { work(options_, worker.next, pipe); });
  }

  bool look() {
    std::vector<pollfd> pipes;
    std::vector<Worker*> at;
    for (auto& worker : workers_) {
      if (worker.child == nullptr) continue;
      pipes.push_back({worker.child->pipe(), POLLIN, 0});
      at.push_back(&worker);
    }
    if (pipes.empty()) return false;
    ::poll(pipes.data(), pipes.size(), 1000);
    for (std::size_t index = 0; index < pipes.size(); ++index) {
      if (pipes[index].revents != 0) hear(*at[index]);
    }
    return true;
  }

  void hear(Worker& worker) {
    if (worker.child->read([&](const std::string& line) { take(worker, line); })) return;
    worker.child.reset();
    if (worker.done) return;
    // The program ended within the seed that it had begun last.
    const auto seed = worker.next - static_cast<std::uint64_t>(options_.jobs);
    fail({seed, ended_the_program, "the program ended"});
    if (worker.next < options_.first + options_.seeds) employ(worker);
  }

  void fail(Failure failure) {
    if (options_.failed) options_.failed(failure);
    result_.failures.push_back(std::move(failure));
  }

  void take(Worker& worker, const std::string& line) {
    std::istringstream words(line);
    std::string what;
    std::uint64_t number = 0;
    words >> what >> number;
    std::string rest;
    std::getline(words >> std::ws, rest);
    if (what == "begin") {
      worker.next = number + static_cast<std::uint64_t>(options_.jobs);
      ++result_.seeds;
    } else if (what == "fail") {
      const auto bar = rest.find('|');
      fail({number, rest.substr(0, bar), rest.substr(bar + 1)});
    } else if (what == "seen") {
      result_.seen[rest] += number;
    } else {
      worker.done = true;
      result_.events += number;
      result_.simulated_ms += std::strtoull(rest.c_str(), nullptr, 10);
    }
  }

  const CampaignOptions& options_;
  std::vector<Worker> workers_;
  Campaign result_;
};

}  // namespace

Campaign run_campaign(const CampaignOptions& options) {
  return Crew(options).finish();
}

std::vector<StoryEntry> last_of_story(std::uint64_t seed, std::size_t lines) {
  Child teller([seed](int pipe) {
    run_seed(seed, [pipe](const StoryEntry& entry) { say(pipe, fmt::format("{} {}", entry.at, entry.sentence)); });
  });
  std::deque<StoryEntry> last;
  while (teller.read([&](const std::string& line) {
    const auto space = line.find(' ');
    last.push_back({std::strtoll(line.c_str(), nullptr, 10), line.substr(space + 1)});
    if (last.size() > lines) last.pop_front();
  })) {
  }
  return {last.begin(), last.end()};
}

}  // namespace lifeboat::sim
