#pragma once

namespace lifeboat::api {

/// Every document says which version of the contract it keeps (docs/json.md). Fields are only ever added within one.
inline constexpr int document_version = 1;

}  // namespace lifeboat::api
