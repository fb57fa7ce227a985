#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/chosen_stack.h"
#include "cli/controller_client.h"
#include "cli/purpose.h"
#include "cli/serving.h"
#include "controller/hosted_controller.h"
#include "providers/aws/world.h"
#include "system/clock.h"

namespace lifeboat::cli {

/// Sentences that other threads say while AWS works, for the one that prints. Safe from any thread.
class ProgressQueue {
 public:
  void add(std::string sentence);
  std::vector<std::string> take();

 private:
  static constexpr std::size_t most = 1000;  ///< Nobody reads them while a question is asked.
  std::mutex mutex_;
  std::deque<std::string> sentences_;
};

/// An aws stack's world, opened by this command, and its controller once there is one.
class AwsHost : public ControllerHost {
 public:
  /// Finds out whose credentials these are; nothing is changed.
  static base::Result<std::shared_ptr<AwsHost>> open(const ChosenStack& chosen);
  ~AwsHost() override;

  aws_world::World& world() { return *world_; }
  /// A controller that leads, written down so that other commands of this machine find it, or one that only looks.
  /// Once. `port` 0: a free one.
  base::Status begin(Purpose purpose, std::uint16_t port = 0);
  std::uint16_t port() const;
  ControllerClient client(std::shared_ptr<AwsHost> self) const;

  std::optional<LeftOperation> left() const override;
  std::optional<LeftOperation> take_left() override;
  std::vector<std::string> take_progress() override { return progress_.take(); }
  std::optional<std::string> removal_of_drills() const override;
  std::optional<base::Error> failure() const override;
  void abandon() override;

 private:
  explicit AwsHost(const ChosenStack& chosen);
  base::Result<engine::ClientView> measure(const engine::MeasureClients& effect);

  const ChosenStack chosen_;
  const system::SystemClock clock_;
  ProgressQueue progress_;
  std::unique_ptr<aws_world::World> world_;
  std::string token_;
  std::atomic<const controller::Controller*> controller_{nullptr};
  std::unique_ptr<controller::HostedController> hosted_;
  std::optional<ServingMark> mark_;
  bool is_left_taken_ = false;  ///< Of the thread that prints.
};

/// The client of an aws stack's controller: of one that a process of this machine has, else of one in this process.
/// Errors: lock_held, naming who changes the stack; aws_no_credentials and the like.
base::Result<ControllerClient> connect_to_aws(const ChosenStack& chosen, Purpose purpose);

/// "ana@laptop, pid 4711": who works, for other people.
std::string own_name();

}  // namespace lifeboat::cli
