#include "aws/test_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>

#include "aws/request.h"
#include "base/assert.h"
#include "system/sockets.h"

namespace lifeboat::aws::testing {
namespace {

bool receive_more(int connection, std::string& text) {
  std::array<char, 4096> buffer{};
  const auto count = ::recv(connection, buffer.data(), buffer.size(), 0);
  if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::size_t body_bytes(const std::string& head) {
  const auto at = lower_case(head).find("content-length:");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 15));
}

std::string receive_request(int connection) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    if (!receive_more(connection, text)) return {};
  }
  const auto whole = text.find("\r\n\r\n") + 4 + body_bytes(text.substr(0, text.find("\r\n\r\n")));
  while (text.size() < whole && receive_more(connection, text)) {
  }
  return text;
}

}  // namespace

ScriptedReply reply(int status, const std::string& body, const std::string& headers) {
  return {fmt::format("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status,
                      body.size(), headers, body)};
}

ScriptedServer::ScriptedServer(std::vector<ScriptedReply> script) : script_(std::move(script)) {
  auto listener = system::listen_on("127.0.0.1", 0);
  LIFEBOAT_ASSERT(listener, "the loopback has a free port");
  listener_ = *std::move(listener);
  thread_ = std::jthread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  is_over_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
}

std::string ScriptedServer::url() const {
  return fmt::format("http://127.0.0.1:{}", system::local_port(listener_.get()));
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::serve() {
  while (!is_over_) {
    const system::Descriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) talk(connection.get());
  }
}

void ScriptedServer::talk(int connection) {
  const auto request = receive_request(connection);
  if (request.empty()) return;
  ScriptedReply answer = reply(599, "");
  {
    const std::lock_guard lock(mutex_);
    if (requests_.size() < script_.size()) answer = script_[requests_.size()];
    requests_.push_back(request);
  }
  ::send(connection, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
  std::string rest;
  while (answer.act == ScriptedReply::Act::hang && receive_more(connection, rest)) {
  }
}

}  // namespace lifeboat::aws::testing
