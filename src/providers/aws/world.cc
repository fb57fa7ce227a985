#include "providers/aws/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "aws/credential_chain.h"
#include "aws/curl_transport.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/bucket.h"
#include "providers/aws/duty_store.h"
#include "providers/aws/kubeconfig.h"
#include "providers/aws/markers.h"
#include "providers/aws/network_door.h"
#include "providers/aws/ssm_sql.h"
#include "providers/aws/world_options.h"
#include "providers/aws/world_preview.h"
#include "providers/aws/world_removal.h"
#include "system/clock.h"
#include "system/waiting.h"

namespace lifeboat::aws_world {
namespace {

using base::Milliseconds;

constexpr Milliseconds observe_limit{30'000};
constexpr Milliseconds facts_limit{60'000};

std::string sql_command(const model::Stack& stack) {
  return stack.aws.existing.is_adopted() ? stack.aws.existing.sql_command : "/opt/lifeboat/sql";
}

/// Who signs, over what, and the client: what every other part stands on.
struct Ground {
  explicit Ground(const aws::Environment& environment)
      : transport(environment("AWS_CA_BUNDLE")),
        chain(aws::usual_links({transport, clock, pause, chance, environment}), clock),
        client({transport, chain, clock, pause, chance, environment}) {}

  aws::CurlTransport transport;
  system::SystemClock clock;
  system::StoppablePause pause;
  system::SystemChance chance;
  aws::CredentialChain chain;
  aws::Client client;
};

/// What open() has found out.
struct Known {
  std::unique_ptr<Ground> ground;
  Names names;
  Milliseconds poll_interval;
  DoorOptions door;
  base::Result<Program> program;
};

class AwsWorld : public World {
 public:
  AwsWorld(model::Stack stack, WorldOptions options, Known known)
      : stack_(std::move(stack)),
        options_(std::move(options)),
        names_(std::move(known.names)),
        ground_(std::move(known.ground)),
        work_{ground_->client, ground_->clock, ground_->pause, known.poll_interval, options_.on_progress},
        duties_(ground_->client, ground_->clock, names_),
        seat_(ground_->client, ground_->clock, stack_, names_),
        sql_({.work = work_, .names = names_, .command = sql_command(stack_)}),
        door_(stack_, std::move(known.door)),
        driver_({ground_->client, ground_->clock, ground_->pause, known.poll_interval}),
        provisioner_(driver_, stack_, names_, known.program ? known.program->digest : ""),
        token_(stack_, names_),
        files_({.stack = stack_, .names = names_, .program = std::move(known.program), .marker_token = token_}),
        markers_({.stack = stack_,
                  .door = door_,
                  .sql = sql_,
                  .front_door = [this](Milliseconds limit) { return front_door(limit); },
                  .work = work_,
                  .marker_token = token_}),
        provider_(provider_parts()) {}

  ports::Provider& provider() override { return provider_; }
  ports::Markers& markers() override { return markers_; }
  aws::Client& client() override { return ground_->client; }
  const Names& names() const override { return names_; }
  Seat& seat() override { return seat_; }
  Sql& sql() override { return sql_; }
  void interrupt(bool ends) override { ground_->transport.interrupt(ends); }

  base::Status take_over(const std::string& controller, base::Instant deadline) override {
    const Work work(work_, deadline);
    const auto claimed_at = ground_->clock.now();
    auto taken = seat_.take(controller, work.left());
    if (!taken) return std::unexpected(taken.error());
    provider_.lead({taken->term, taken->before, newest_epoch(work), claimed_at});
    return {};
  }

  base::Status make_buckets(base::Instant deadline) override {
    const Work work(work_, deadline);
    for (const auto& region : {stack_.home.name, stack_.standby.name}) {
      if (auto made = make_bucket(work, names_, region); !made) return made;
    }
    return {};
  }

  base::Result<std::vector<ConcernPreview>> preview(base::Instant deadline) override {
    const Work work(work_, deadline);
    const auto database = make_database_service(stack_, names_);
    return preview_stacks({work, stack_, *database, provisioner_});
  }

  base::Result<std::vector<std::string>> remove(bool keep_buckets, base::Instant deadline) override {
    const Work work(work_, deadline);
    const auto database = make_database_service(stack_, names_);
    return remove_stack(
        {work, stack_, names_, *database, provisioner_, [this](Milliseconds limit) { return front_door(limit); }},
        keep_buckets);
  }

 private:
  LookPorts look_ports() { return {ground_->client, duties_, ground_->clock}; }

  base::Result<FrontDoor> front_door(Milliseconds limit) {
    return look_at_front_door(look_ports(), stack_, names_, limit);
  }

  model::ObservedRegion observe(const base::RegionName& region) {
    auto seen = look(look_ports(), stack_, names_, region, observe_limit);
    if (seen) return to_observed(*seen, stack_, region, ground_->clock.wall_now());
    model::ObservedRegion unreachable;
    unreachable.name = region;
    unreachable.seen_at = ground_->clock.wall_now();
    return unreachable;
  }

  /// Of which either region has heard; a region that does not answer may know a newer one, and refuses what is older.
  base::Epoch newest_epoch(const Work& work) {
    constexpr Milliseconds limit{5'000};
    const auto newest_in = [&](const base::RegionName& region) {
      const auto duty = duties_.read(region, std::min(limit, work.left()));
      return duty && *duty ? (*duty)->duty.newest : base::Epoch{};
    };
    auto home = std::async(std::launch::async, newest_in, stack_.home.name);
    const auto standby = newest_in(stack_.standby.name);
    return std::max(home.get(), standby);
  }

  AwsProvider::Parts provider_parts() {
    return {
        .stack = stack_,
        .names = names_,
        .work = work_,
        .duties = duties_,
        .sql = sql_,
        .door = door_,
        .markers = markers_,
        .provisioner = provisioner_,
        .web_files = files_,
        .looks = {.region = [this](const base::RegionName& region) { return observe(region); },
                  .facts =
                      [this](const base::RegionName& region) {
                        return look_at_facts(look_ports(), stack_, names_, region, facts_limit);
                      },
                  .front_door = [this](Milliseconds limit) { return front_door(limit); }},
        .measure = options_.measure,
        .renew_seat = [this](Milliseconds limit) { return seat_.renew(limit); },
        .apply_manifests = [this](const Work& work, const base::RegionName& region) { apply_manifests(work, region); }};
  }

  /// The monitoring runs without its programs being there; what is missing is said.
  void apply_manifests(const Work& work, const base::RegionName& region) {
    if (!options_.apply_manifests || stack_.aws.existing.is_adopted()) return;
    const auto applied = with_kubeconfig(work, names_.cluster(region), region,
                                         [&](const std::filesystem::path& file, const std::string& context) {
                                           return options_.apply_manifests(region, file, context);
                                         });
    if (!applied) {
      work.say(fmt::format("warning: {}: the monitoring's manifests are not applied: {}", region.value,
                           applied.error().message));
    }
  }

  model::Stack stack_;
  WorldOptions options_;
  Names names_;
  std::unique_ptr<Ground> ground_;
  WorkPorts work_;
  S3DutyStore duties_;
  Seat seat_;
  SsmSql sql_;
  NetworkDoor door_;
  StackDriver driver_;
  StackProvisioner provisioner_;
  MarkerToken token_;
  WebFiles files_;
  AwsMarkers markers_;
  AwsProvider provider_;
};

}  // namespace

base::Result<std::unique_ptr<World>> World::open(const model::Stack& stack, WorldOptions options) {
  const auto interval = poll_interval(options.environment);
  if (!interval) return std::unexpected(interval.error());
  auto door = door_options(options.environment);
  if (!door) return std::unexpected(door.error());
  auto ground = std::make_unique<Ground>(options.environment);
  auto account = find_account(ground->client, stack);
  if (!account) return std::unexpected(account.error());
  Known known{.ground = std::move(ground),
              .names = Names(stack, std::move(*account)),
              .poll_interval = *interval,
              .door = std::move(*door),
              .program = find_program(stack, options.stack_folder, options.events_binary)};
  return std::make_unique<AwsWorld>(stack, std::move(options), std::move(known));
}

}  // namespace lifeboat::aws_world
