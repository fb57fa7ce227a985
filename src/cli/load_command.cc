#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/declare.h"
#include "cli/duration.h"
#include "cli/interrupt.h"
#include "cli/live_lines.h"
#include "cli/load_target.h"
#include "cli/load_text.h"
#include "load/load.h"

namespace lifeboat::cli {
namespace {

struct LoadFlags {
  LoadTargetFlags target;
  std::string duration = "30s";
  std::string timeout = "2s";
  double rate = 50;
  double write_ratio = 0.5;
  int writers = 10;
};

base::Result<load::LoadOptions> options_from(const Context& context, const LoadFlags& flags) {
  load::LoadOptions options;
  const auto duration = parse_duration(flags.duration);
  const auto timeout = parse_duration(flags.timeout);
  if (!duration) return std::unexpected(duration.error());
  if (!timeout) return std::unexpected(timeout.error());
  const auto now = std::chrono::floor<base::Milliseconds>(std::chrono::system_clock::now());
  options.run = load::make_run_id(now, static_cast<std::uint32_t>(getpid()));
  options.rate_per_s = flags.rate;
  options.write_ratio = flags.write_ratio;
  options.writers = flags.writers;
  options.duration = *duration;
  options.request_timeout = *timeout;
  if (auto aimed = aim(context.options, flags.target, options); !aimed) return std::unexpected(aimed.error());
  return options;
}

Outcome run(Context& context, const LoadFlags& flags) {
  auto options = options_from(context, flags);
  if (!options) return std::unexpected(options.error());
  if (!context.json()) {
    context.print(fmt::format("Load {} on http://{}:{}: {:.0f} requests/s, {:.0f} % writes, {} connections.\n",
                              options->run, options->host, options->port, options->rate_per_s,
                              100 * options->write_ratio, options->writers));
  }
  InterruptGuard guard;
  LiveLines lines(context);
  auto summary = load::run_load(*options, interrupted(), [&](const load::Summary& so_far) {
    lines.show({live_load_line(context.terminal, so_far)});
  });
  lines.show({});
  if (!summary) return std::unexpected(summary.error());
  context.print(context.json() ? load_document(*summary) + "\n" : load_text(context.terminal, *summary));
  return ExitCode::done;
}

}  // namespace

Handler declare_load(CLI::App& parser) {
  auto flags = std::make_shared<LoadFlags>();
  parser.add_option("--rate", flags->rate, "Requests due each second (default 50)")->check(CLI::Range(0.1, 20000.0));
  parser.add_option("--write-ratio", flags->write_ratio, "The writes' share (default 0.5)")
      ->check(CLI::Range(0.0, 1.0));
  parser.add_option("--writers", flags->writers, "Connections at most (default 10)")->check(CLI::Range(1, 2000));
  parser.add_option("--duration", flags->duration, "How long; 0: until Ctrl-C (default 30s)")->option_text("TIME");
  parser.add_option("--timeout", flags->timeout, "Of a request (default 2s)")->option_text("TIME");
  parser.add_option("--record", flags->target.record, "Where to record every request")->option_text("FILE");
  parser.add_option("--url", flags->target.url, "This URL instead of a stack's front door, without DNS")
      ->option_text("http://HOST:PORT");
  parser.add_option("--token-file", flags->target.token_file, "The web API's token (default: registers a user)")
      ->option_text("FILE");
  return [flags](Context& context) { return run(context, *flags); };
}

}  // namespace lifeboat::cli
