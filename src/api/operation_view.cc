#include "api/operation_view.h"

#include "api/operation_fields.h"

namespace lifeboat::api {

ErrorView view_of(const base::Error& error) {
  return {std::string(error.name()), std::string(base::to_string(error.kind())), error.message, error.help};
}

base::Error error_of(const ErrorView& view) {
  return {base::error_code_from_name(view.code), view.message, view.help};
}

std::string to_document(const OperationView& view) {
  return write_document(view);
}

base::Result<OperationView> operation_from_document(std::string_view text) {
  return read_document<OperationView>(text, "operation");
}

}  // namespace lifeboat::api
