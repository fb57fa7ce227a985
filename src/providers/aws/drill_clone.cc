#include "providers/aws/drill_clone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/aws/drill_parts.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;

/// RDS does not go on with it by itself.
bool is_broken(const ClonePart& part) {
  static constexpr std::array<std::string_view, 4> ends{"failed", "storage-full", "inaccessible-encryption-credentials",
                                                        "restore-error"};
  return part.status.starts_with("incompatible-") || std::ranges::find(ends, part.status) != ends.end();
}

}  // namespace

base::Result<CloneLook> look_at_clone(const ClonePorts& ports, const base::RegionName& region) {
  auto storage = look_at_part(ports, region, storage_words(ports, region));
  if (!storage) return std::unexpected(storage.error());
  auto instance = look_at_part(ports, region, instance_words(ports, region));
  if (!instance) return std::unexpected(instance.error());
  return CloneLook{*std::move(storage), *std::move(instance)};
}

base::Result<bool> make_next(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                             const DatabaseLook& like, std::string& seen) {
  const auto look = look_at_clone(ports, region);
  if (!look) return std::unexpected(look.error());
  for (const auto* part : {&look->storage, &look->instance}) {
    if (!part->exists || part->begun == begun) continue;
    return base::fail(
        ErrorCode::effect_failed,
        fmt::format("{}: {} is there, and this drill has not made it", region.value, ports.names.drill_clone(region)),
        "Look at it in RDS, then rename or delete it.");
  }
  const auto& [storage, instance] = *look;
  const auto* word = storage_words(ports, region).word;
  seen = instance.exists  ? fmt::format("the instance is {}", instance.status)
         : storage.exists ? fmt::format("the {} is {}", word, storage.status)
                          : fmt::format("no {} yet", word);
  if (is_broken(storage) || is_broken(instance)) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: RDS could not make the clone: {}", region.value, seen));
  }
  if (instance.exists) return instance.status == "available" && !look->served().endpoint.empty();
  if (storage.exists && storage.status != "available") return false;
  const auto done =
      storage.exists ? make_instance(ports, region, begun, like, seen) : make_storage(ports, region, begun, like, seen);
  return done ? base::Result<bool>(false) : std::unexpected(done.error());
}

base::Status remove_clone(const ClonePorts& ports, const base::RegionName& region, const Which& which) {
  const auto before = look_at_clone(ports, region);
  if (!before) return std::unexpected(before.error());
  const bool is_anothers = before->instance.begun && !which(*before->instance.begun);
  if (!is_anothers) {
    if (auto gone = remove_clone_name(ports); !gone) return gone;
  }
  const auto is_left = [&which](const ClonePart& part) { return part.exists && part.begun && which(*part.begun); };
  return ports.work.wait_until(fmt::format("{}: {} is gone", region.value, ports.names.drill_clone(region)),
                               [&](std::string& seen) -> base::Result<bool> {
                                 const auto look = look_at_clone(ports, region);
                                 if (!look) return std::unexpected(look.error());
                                 const bool of_instance = is_left(look->instance);
                                 if (!of_instance && !is_left(look->storage)) return true;
                                 const auto& part = of_instance ? look->instance : look->storage;
                                 const auto words =
                                     of_instance ? instance_words(ports, region) : storage_words(ports, region);
                                 seen = fmt::format("the {} is {}", words.word, part.status);
                                 if (part.status == "deleting") return false;
                                 const auto done = delete_part(ports, region, words, seen);
                                 return done ? base::Result<bool>(false) : std::unexpected(done.error());
                               });
}

}  // namespace lifeboat::aws_world
