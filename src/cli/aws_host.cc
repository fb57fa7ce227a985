#include "cli/aws_host.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "cli/aws_data.h"
#include "cli/aws_folder.h"
#include "cli/clusters.h"
#include "cli/hosted_world.h"
#include "cli/interrupt.h"
#include "cli/process_environment.h"
#include "controller/client_measure.h"
#include "providers/local/programs.h"

namespace lifeboat::cli {
namespace {

/// AWS is asked over the Internet, and a region that is lost lets each question wait.
constexpr ClientLimits patient{.answer = base::Milliseconds{90'000}, .verify = base::Milliseconds{300'000}};

/// Uploaded where the stack has no program of its own; it need not be there to look at a stack.
std::filesystem::path events_binary() {
  constexpr auto name = "lifeboat-events";
  const auto beside = local::own_folder() / name;
  std::error_code none;
  return std::filesystem::exists(beside, none) ? beside : local::find_program(name);
}

}  // namespace

std::string own_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const passwd* user = ::getpwuid(::geteuid());
  const std::string name = user != nullptr ? user->pw_name : std::to_string(::geteuid());
  return fmt::format("{}@{}, pid {}", name, host.data(), ::getpid());
}

void ProgressQueue::add(std::string sentence) {
  const std::lock_guard lock(mutex_);
  sentences_.push_back(std::move(sentence));
  if (sentences_.size() > most) sentences_.pop_front();
}

std::vector<std::string> ProgressQueue::take() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> taken(sentences_.begin(), sentences_.end());
  sentences_.clear();
  return taken;
}

AwsHost::AwsHost(const ChosenStack& chosen) : chosen_(chosen) {}

AwsHost::~AwsHost() {
  mark_.reset();
  // Its threads use the world.
  hosted_.reset();
}

base::Result<std::shared_ptr<AwsHost>> AwsHost::open(const ChosenStack& chosen) {
  std::shared_ptr<AwsHost> host(new AwsHost(chosen));
  aws_world::WorldOptions options;
  options.environment = process_environment();
  options.stack_folder = folder_of_file(chosen);
  options.events_binary = events_binary();
  options.measure = [raw = host.get()](const engine::MeasureClients& effect) { return raw->measure(effect); };
  options.apply_manifests = [chosen](const base::RegionName& region, const std::filesystem::path& kubeconfig,
                                     const std::string& context) {
    return apply_to_cluster(chosen.stack(), chosen.paths, region, kubeconfig, context);
  };
  options.on_progress = [raw = host.get()](const std::string& sentence) { raw->progress_.add(sentence); };
  auto world = aws_world::World::open(chosen.stack(), std::move(options));
  if (!world) return std::unexpected(world.error());
  host->world_ = *std::move(world);
  return host;
}

base::Status AwsHost::begin(Purpose purpose, std::uint16_t port) {
  const bool leads = purpose == Purpose::changes;
  const auto tokens = make_serving_tokens();
  if (!tokens) return std::unexpected(tokens.error());
  if (leads && !chosen_.is_installed) {
    if (auto installed = install_aws_folder(chosen_); !installed) return installed;
  }
  controller::HostedOptions options{.stack = chosen_.stack(), .folder = chosen_.paths.root, .name = own_name()};
  options.port = port;
  options.api_token = tokens->api_token;
  options.viewer_token = tokens->viewer_token;
  auto world = hosted_world(*world_, chosen_.stack(), [this](const std::string& notice) { progress_.add(notice); });
  world.controller_made = [this](const controller::Controller& made) { controller_ = &made; };
  // Who takes the seat and dies before it has written so leaves work to the next one.
  std::optional<InterruptGuard> guard;
  if (leads) guard.emplace();
  auto hosted = leads ? controller::HostedController::lead(std::move(world), std::move(options))
                      : controller::HostedController::look(std::move(world), std::move(options));
  if (!hosted) return std::unexpected(hosted.error());
  hosted_ = *std::move(hosted);
  if (leads && interrupted()) return base::fail(base::ErrorCode::aborted, "interrupted before anything was begun");
  token_ = leads ? tokens->api_token : tokens->viewer_token;
  if (!leads) return {};
  auto mark = ServingMark::set(chosen_.paths, hosted_->port(), *tokens);
  if (!mark) return std::unexpected(mark.error());
  mark_ = *std::move(mark);
  return {};
}

std::uint16_t AwsHost::port() const {
  return hosted_->port();
}

ControllerClient AwsHost::client(std::shared_ptr<AwsHost> self) const {
  return ControllerClient(hosted_->port(), token_, patient, std::move(self));
}

std::optional<LeftOperation> AwsHost::left() const {
  if (!hosted_ || !hosted_->unfinished()) return std::nullopt;
  const auto& found = *hosted_->unfinished();
  return LeftOperation{found.id, found.kind, found.phase};
}

std::optional<LeftOperation> AwsHost::take_left() {
  return std::exchange(is_left_taken_, true) ? std::nullopt : left();
}

std::optional<std::string> AwsHost::removal_of_drills() const {
  return hosted_ ? hosted_->removal_of_drills() : std::nullopt;
}

std::optional<base::Error> AwsHost::failure() const {
  return hosted_ ? hosted_->failure() : std::nullopt;
}

void AwsHost::abandon() {
  if (mark_) mark_->remove();
  if (hosted_) hosted_->abandon();
}

base::Result<engine::ClientView> AwsHost::measure(const engine::MeasureClients& effect) {
  const auto counted = controller_.load()->counted();
  const auto open = [this, &counted]() -> base::Result<load::PresentNames> {
    return aws_data_of(world_->sql(), counted.active_region, clock_);
  };
  return controller::measure_clients({chosen_.paths.load(), clock_, open}, counted.active_region, counted.until,
                                     effect);
}

base::Result<ControllerClient> connect_to_aws(const ChosenStack& chosen, Purpose purpose) {
  if (auto serving = find_serving(chosen.paths)) {
    return ControllerClient(serving->port, std::move(serving->token), patient, nullptr);
  }
  auto host = AwsHost::open(chosen);
  if (!host) return std::unexpected(host.error());
  if (auto begun = (*host)->begin(purpose); !begun) return std::unexpected(begun.error());
  return (*host)->client(*host);
}

}  // namespace lifeboat::cli
