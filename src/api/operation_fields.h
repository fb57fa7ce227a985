#pragma once

#include "api/fields.h"
#include "api/operation_view.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<ErrorView> View>
void describe(Visitor& visit, View& error) {
  visit("code", error.code);
  visit("kind", error.kind);
  visit("message", error.message);
  visit("help", error.help);
}

template <class Visitor, ViewOf<ProgressView> View>
void describe(Visitor& visit, View& progress) {
  visit("asset", progress.asset);
  visit("state", progress.state);
  visit("elapsed_ms", progress.elapsed_ms);
  visit("detail", progress.detail);
}

template <class Visitor, ViewOf<OperationView> View>
void describe(Visitor& visit, View& operation) {
  visit("id", operation.id);
  visit("kind", operation.kind);
  visit("phase", operation.phase);
  visit("state", operation.state);
  visit("from", operation.from);
  visit("to", operation.to);
  visit("started_at_ms", operation.started_at_ms);
  visit("elapsed_ms", operation.elapsed_ms);
  visit("progress", operation.progress);
  visit("sentences", operation.sentences);
  visit("error", operation.error);
}

}  // namespace lifeboat::api
