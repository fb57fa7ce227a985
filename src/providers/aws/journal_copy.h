#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/client.h"
#include "base/error.h"
#include "model/stack.h"
#include "ports/log_folder.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

struct CopyPorts {
  aws::Client& client;
  base::Milliseconds limit{5'000};           ///< For each object.
  base::Milliseconds patience{3'000};        ///< How long a sync waits for the second bucket when the first has it.
  base::Milliseconds retry_interval{5'000};  ///< How often a bucket that was left behind is tried.
  std::size_t part_bytes = 512u << 10;       ///< A copy's current object is closed when it would become larger.
  /// False for whoever only looks: fetch_journal() leaves copies that are behind as they are.
  bool fills_copies = true;
  /// Told when a bucket is left behind, and when it is up again: "the bucket of us-east-2 has the whole journal again".
  /// From any thread; may be empty.
  std::function<void(const std::string&)> on_notice{};
};

/// Brings the folder up to what the buckets' copies say, before the journal is opened: a folder that is behind is
/// filled, copies that are behind are filled from it. journal_corrupt with both places named when neither continues the
/// other; nothing is changed then. What neither bucket has is nothing; region_unreachable when neither answers, or when
/// a folder that is ahead of them can fill none. stale_term when somebody writes to the copies all the time.
base::Status fetch_journal(const CopyPorts& ports, const model::Stack& stack, const Names& names,
                           ports::LogFolder& folder);

/// A log folder whose sync() returns only when the bytes are on this disk and in every bucket that answers, which is at
/// least one, by conditional writes: a copy that somebody else has changed is stale_term, and so is every sync that
/// follows. A bucket that does not answer is left behind, and brought up in the background when it answers again. The
/// buckets get the bytes before the disk does, so that no disk ever has a record that both buckets lack.
///
/// As long as one bucket answers everybody, and none goes away before the other one has been brought up, no two
/// operators have a sync return well for different bytes at the same place. One who reaches only one bucket and one who
/// reaches only the other can, as with the seat; fetch_journal() then finds that neither copy continues the other.
///
/// What a writer has brought to one bucket only, because somebody else was faster at the other one, is replaced by the
/// other's: nobody was told of it. A record counts when both buckets have it, or when one has it in an object that says
/// that it may be alone with it.
///
/// Copies are kept by object, not by file (copy_object.h): "journal/journal.lbj" is the current one and the only one
/// that changes; it names the closed one before it, and so on.
///
/// The object has a thread for each bucket, and its destructor waits for the request that each has under way.
std::unique_ptr<ports::LogFolder> copied(const CopyPorts& ports, const model::Stack& stack, const Names& names,
                                         std::unique_ptr<ports::LogFolder> folder);

}  // namespace lifeboat::aws_world
