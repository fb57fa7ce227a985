#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/declare.h"
#include "cli/stack_source.h"
#include "model/parse.h"
#include "model/template.h"

namespace lifeboat::cli {
namespace {

struct InitOptions {
  std::string file;
  std::string name = "my-stack";
  std::string home_region = "us-east-2";
  std::string standby_region = "us-west-1";
};

base::Status write_new_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text << std::flush;
  if (!stream) return base::fail(base::ErrorCode::io_failed, "cannot write " + file.string());
  return {};
}

void tell(Context& context, const std::string& file) {
  if (context.json()) {
    const nlohmann::ordered_json document = {
        {"version", api::document_version}, {"file", file}, {"dry_run", context.options.dry_run}};
    context.print(document.dump() + "\n");
    return;
  }
  const std::string_view verb = context.options.dry_run ? "Would write" : "Wrote";
  context.print(fmt::format("{} {}: every key with its default. Next: lifeboat up {}\n", verb, file, file));
}

Outcome init(Context& context, const InitOptions& options) {
  const std::string file = stack_file_or_default(options.file).string();
  const std::string text = model::commented_stack_file(options.name, options.home_region, options.standby_region);
  if (const auto parsed = model::parse_stack(text, file); !parsed.stack) {
    return base::fail(base::ErrorCode::bad_flag,
                      "these values make no valid stack\n" + model::render(parsed.diagnostics, text));
  }
  if (std::filesystem::exists(file)) {
    const auto replace = confirm(context, fmt::format("{} exists. Replace it?", file));
    if (!replace) return std::unexpected(replace.error());
    if (!*replace) return ExitCode::refused;
  }
  if (!context.options.dry_run) {
    if (auto written = write_new_file(file, text); !written) return std::unexpected(written.error());
  }
  tell(context, file);
  return ExitCode::done;
}

}  // namespace

Handler declare_init(CLI::App& parser) {
  auto options = std::make_shared<InitOptions>();
  parser.add_option("FILE", options->file, "The file to write (default: ./stack.yaml)");
  parser.add_option("--name", options->name, "The stack's name")->option_text("NAME");
  parser.add_option("--home-region", options->home_region, "Where it normally lives")->option_text("REGION");
  parser.add_option("--standby-region", options->standby_region, "The other region")->option_text("REGION");
  return [options](Context& context) { return init(context, *options); };
}

}  // namespace lifeboat::cli
