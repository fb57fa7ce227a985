#pragma once

#include <string>
#include <vector>

#include "aws/json.h"
#include "base/error.h"
#include "base/ids.h"
#include "providers/aws/provisioner.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world {

/// What a template's inputs are gathered with.
struct InputPorts {
  const Work& work;
  Provisioner& provisioner;
  const model::Stack& stack;
  const Names& names;
  const std::string& program_digest;
};

/// What the template of a concern needs: the outputs of the stacks that it builds on, the image, the peering.
/// aws_missing when what it builds on has not been made.
base::Result<TemplateInputs> gather_inputs(const InputPorts& ports, const base::RegionName& region, Concern concern,
                                           DatabaseRole role);

/// Inputs that stand for what has not been made yet, for a template that is only looked at.
TemplateInputs placeholder_inputs(const model::Region& region);
/// Every resource of a template, as one that would be added. Pure.
std::vector<ResourceChange> all_added(const aws::Json& document);

}  // namespace lifeboat::aws_world
