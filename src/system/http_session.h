#pragma once

#include <atomic>

#include "system/http_server.h"

namespace lifeboat::system {

/// Serves one client on its connected socket, which it closes, until the client or the server has had enough; the
/// server ends it by shutting the socket's reading side down. `streams` counts the streams of the whole server.
void serve_connection(int socket, const HttpServer::Handler& handler, std::atomic<int>& streams);

}  // namespace lifeboat::system
