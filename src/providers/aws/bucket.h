#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

// A region's bucket and the objects in it that are neither the duty nor the seat nor the journal.

/// Makes the bucket where there is none: versioned, encrypted, closed to the public; versions that were replaced are
/// kept for 30 days. Where it is there already, its settings are made so. One that belongs to another account is
/// aws_refused, and nothing of it is changed.
base::Status make_bucket(const Work& work, const Names& names, const base::RegionName& region);
/// Deletes the bucket with everything in it, old versions too; one that is not there is fine.
base::Status delete_bucket(const Work& work, const Names& names, const base::RegionName& region);

/// Nothing when there is no such object, or no bucket.
base::Result<std::optional<std::string>> read_object(const Work& work, const Names& names,
                                                     const base::RegionName& region, const std::string& key);
/// Replaces the object. `limit` bounds each attempt: large ones take long.
base::Status write_object(const Work& work, const Names& names, const base::RegionName& region, const std::string& key,
                          std::string_view content, base::Milliseconds limit = base::Milliseconds{20'000});

}  // namespace lifeboat::aws_world
