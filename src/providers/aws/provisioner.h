#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/names.h"
#include "providers/aws/stack_driver.h"
#include "providers/aws/templates.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// What is asked of a region's database stack.
enum class DatabaseRole { writer, replica };

/// Makes, changes and removes what CloudFormation provisions, concern by concern. Callable from any thread.
class Provisioner {
 public:
  virtual ~Provisioner() = default;

  /// Makes the concern's stack in the region as described, and waits. Calls for the same stack at once share one
  /// application of it. `role` counts for the database only.
  virtual base::Result<StackState> apply(const Work& work, const base::RegionName& region, Concern concern,
                                         DatabaseRole role) = 0;
  /// Nothing when there is no such stack.
  virtual base::Result<std::optional<StackState>> look(const Work& work, const base::RegionName& region,
                                                       Concern concern) = 0;
  /// What apply() would change; of a stack that does not exist all of its resources.
  virtual base::Result<std::vector<ResourceChange>> preview(const Work& work, const base::RegionName& region,
                                                            Concern concern, DatabaseRole role) = 0;
  virtual base::Status remove(const Work& work, const base::RegionName& region, Concern concern) = 0;
};

/// By templates and change sets.
class StackProvisioner : public Provisioner {
 public:
  /// `driver` outlives the object; the program's digest names what web instances run.
  StackProvisioner(StackDriver& driver, model::Stack stack, Names names, std::string program_digest);
  ~StackProvisioner() override;

  base::Result<StackState> apply(const Work& work, const base::RegionName& region, Concern concern,
                                 DatabaseRole role) override;
  base::Result<std::optional<StackState>> look(const Work& work, const base::RegionName& region,
                                               Concern concern) override;
  base::Result<std::vector<ResourceChange>> preview(const Work& work, const base::RegionName& region, Concern concern,
                                                    DatabaseRole role) override;
  base::Status remove(const Work& work, const base::RegionName& region, Concern concern) override;

 private:
  struct Flight;

  base::Result<StackState> apply_now(const Work& work, const base::RegionName& region, Concern concern,
                                     DatabaseRole role);
  StackRequest request(Concern concern, const TemplateInputs& inputs) const;
  StackDriver::OnEvent telling(const Work& work, const base::RegionName& region, Concern concern) const;

  StackDriver& driver_;
  model::Stack stack_;
  Names names_;
  std::string program_digest_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace lifeboat::aws_world
