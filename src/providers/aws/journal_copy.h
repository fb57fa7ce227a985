#pragma once

#include <filesystem>
#include <memory>

#include "aws/client.h"
#include "base/error.h"
#include "model/stack.h"
#include "ports/log_folder.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

struct CopyPorts {
  aws::Client& client;
  base::Milliseconds limit{10'000};  ///< For each object.
};

/// Brings the folder up to what the buckets' copies say, before the journal is opened: a folder that is behind is
/// filled, copies that are behind (the laptop died between its disk and the bucket) are filled from it. journal_corrupt
/// with both places named when neither continues the other; nothing is changed then. What neither bucket has is
/// nothing; region_unreachable when neither answers.
base::Status fetch_journal(const CopyPorts& ports, const model::Stack& stack, const Names& names,
                           ports::LogFolder& folder);

/// A log folder whose sync() returns only when the bytes are on this disk and in at least one region's bucket, by
/// conditional writes: a copy that somebody else has changed is stale_term. A bucket that does not answer is left
/// behind, and brought up when it answers again.
std::unique_ptr<ports::LogFolder> copied(const CopyPorts& ports, const model::Stack& stack, const Names& names,
                                         std::unique_ptr<ports::LogFolder> folder);

}  // namespace lifeboat::aws_world
