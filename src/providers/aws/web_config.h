#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "model/stack.h"

namespace lifeboat::aws_world {

/// The object of each region's bucket that its web instances read: at their start, and again every minute. An instance
/// whose region is missing in it waits.
inline constexpr std::string_view web_config_key = "config/web.json";

struct DatabaseEndpoint {
  std::string host;    ///< Output DatabaseEndpoint.
  std::string reader;  ///< Output DatabaseReaderEndpoint; empty: there is none.
  int port = 5432;
};

struct WebConfig {
  /// Both regions' once they are known. The application is given them as one list (PGHOST, PGPORT), its own region's
  /// first, and finds the writer among them.
  std::map<base::RegionName, DatabaseEndpoint> databases;
  std::string marker_token;  ///< Secret: it opens the application's marker endpoint. Empty: the application has none.
};

/// The object's content. Pure.
std::string web_config_text(const WebConfig& config);

/// The object of each region's bucket that holds the application: "program/lifeboat-events", or "program/" and the name
/// of the stack file's .tar.gz without its folders.
std::string program_key(const model::Stack& stack);

}  // namespace lifeboat::aws_world
