#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "aws/shape.h"
#include "base/error.h"

namespace lifeboat::aws {

/// How a service spells requests and answers.
enum class Protocol {
  ec2,        ///< A form in, XML out; its lists are numbered without an element's name.
  query,      ///< A form in, XML out.
  rest_xml,   ///< Method and path per operation; XML both ways.
  rest_json,  ///< Method and path per operation; JSON both ways.
  json,       ///< One path; the operation is named in a header; JSON both ways.
};

/// One row: everything that sets one operation apart from another. Adding an operation is adding a row.
struct Operation {
  std::string_view name;
  std::string_view input = {};   ///< What it takes, in the notation of shape.h.
  std::string_view output = {};  ///< What we read of its answer; further members of an answer are left out.
  /// "Out>In Out2>In2": members of the answer that name the next page, and the members of the request that take them.
  /// Empty: everything comes at once.
  std::string_view pages = {};
  std::string_view list = {};  ///< The member of the answer that goes on from page to page.
  /// Asking twice does no more than asking once, so that an answer that was lost may be asked for again.
  bool is_repeatable = false;
  bool is_signed = true;             ///< False where the request itself carries the proof of who asks.
  bool needs_checksum = false;       ///< S3 only: the body goes with its checksum, or is refused.
  std::string_view method = "POST";  ///< REST only.
  /// REST only: "{Name}" is a member at @uri, "{Name+}" keeps its slashes; "?word" and "?name=value" go into the query.
  std::string_view path = "/";
  std::string_view body_element = {};  ///< REST-XML only: the root element of the request's body.
  /// The root element of the answer where it is not the operation's name with "Response".
  std::string_view answer_element = {};
};

/// What the operations of one service share.
struct Service {
  std::string_view name;      ///< As callers say it and as the command line of AWS does: "rds", "elbv2".
  std::string_view variable;  ///< Ends the name of the variable that overrides its endpoint: AWS_ENDPOINT_URL_….
  std::string_view host;      ///< The first part of its host name.
  std::string_view signing_name;
  Protocol protocol;
  std::string_view version = {};        ///< Of the API, where requests say it.
  std::string_view target_prefix = {};  ///< JSON only.
  std::string_view xml_namespace = {};  ///< REST-XML only.
  /// One endpoint for the whole world, signed for this region. Empty: one in each region.
  std::string_view global_region = {};
  bool ids_carry_paths = false;  ///< Its ids come as "/change/C1", and are asked for as "C1".
  std::span<const NamedShape> shapes = {};
  std::span<const Operation> operations = {};
};

/// A row with its shapes read.
struct Call {
  const Service* service = nullptr;
  const Operation* operation = nullptr;
  Shape input = {};
  Shape output = {};
};

/// Every service that the table has. Pure; the table is constant.
std::span<const Service* const> all_services();
/// Errors: aws_refused where the table has no such operation, which is a defect of the caller.
base::Result<Call> find_call(std::string_view service, std::string_view operation);

}  // namespace lifeboat::aws
