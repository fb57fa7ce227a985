#include "model/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "model/scalar.h"

namespace lifeboat::model {

namespace {

// Thrown only by TreeBuilder and caught in read_yaml: yaml-cpp's parser has no other way to be stopped.
struct StopReading {};

// The bytes from the opening quote to the closing one, both counted; 0 when there is no closing one.
std::size_t quoted_length(std::string_view text) {
  const char quote = text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (text[i] != quote)
      continue;
    else if (quote == '\'' && i + 1 < text.size() && text[i + 1] == quote)
      ++i;
    else
      return i + 1;
  }
  return 0;
}

/// Builds the tree from the parser's events and refuses the parts of YAML that a stack file does not use.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, std::vector<Diagnostic>& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  std::optional<YamlNode> take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ < 2) return;
    report(place_at(mark, 3), "the file holds a second YAML document", "keep one stack in one file: remove the '---'");
    throw StopReading{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.place = place_at(mark, 1);
    finish(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    report(place_at(mark, 1), "aliases are not used in a stack file", "write the value out in both places");
    YamlNode node;
    node.place = place_at(mark, 1);
    node.refused = true;
    finish(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.refused = refuse_tag(mark, tag);
    node.scalar = value;
    node.scalar_type = tag == "?" ? core_type(value) : ScalarType::text;
    node.place = scalar_place(mark, value);
    finish(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlNode node;
    std::optional<YamlNode> key;  // Of a map: read, and its value is not.
    std::map<std::string, Place> seen;
  };

  Place place_at(const YAML::Mark& mark, std::size_t length) const {
    return {mark.pos < 0 ? source_.text().size() : static_cast<std::size_t>(mark.pos), length};
  }

  // yaml-cpp takes a quote that is never closed to be closed at the end of the file.
  Place scalar_place(const YAML::Mark& mark, const std::string& value) {
    Place place = place_at(mark, std::max<std::size_t>(value.size(), 1));
    const std::string_view rest = source_.text().substr(std::min(place.offset, source_.text().size()));
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return place;
    const std::size_t length = quoted_length(rest);
    if (length == 0) {
      report({place.offset, 1}, "the quote that opens here is never closed",
             fmt::format("close it with {} on the same line", rest[0]));
      throw StopReading{};
    }
    place.length = length;
    return place;
  }

  void report(Place place, std::string message, std::string hint) {
    diagnostics_.push_back(source_.diagnose(place, DiagnosticKind::syntax, message, hint));
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) report(place_at(mark, 1), "anchors are not used in a stack file", "remove the '&name'");
  }

  bool refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return false;
    report(place_at(mark, 1), "tags are not used in a stack file",
           "remove the '!' and what follows it, or quote the text");
    return true;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    const bool refused = refuse_tag(mark, tag);
    if (frames_.size() >= max_stack_file_depth) {
      report(place_at(mark, 1), fmt::format("nested deeper than {} levels", max_stack_file_depth),
             "a stack file needs four; 'lifeboat schema' shows them");
      throw StopReading{};
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.refused = refused;
    frame.node.place = place_at(mark, 1);
    frames_.push_back(std::move(frame));
  }

  void close() {
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    finish(std::move(node));
  }

  void finish(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == YamlNode::Kind::list)
      frame.node.items.push_back(std::move(node));
    else if (!frame.key)
      frame.key = std::move(node);
    else
      add_entry(frame, std::move(node));
  }

  void add_entry(Frame& frame, YamlNode value) {
    YamlNode key = *std::exchange(frame.key, std::nullopt);
    if (key.kind != YamlNode::Kind::scalar || key.is_null()) {
      report(key.place, fmt::format("a key must be a word, and this is {}", describe_kind(key)), "write 'key: value'");
      return;
    }
    if (key.scalar == "<<" && key.scalar_type == ScalarType::text &&
        source_.text().substr(key.place.offset, 2) == "<<") {
      report(key.place, "merge keys are not used in a stack file", "write the keys out");
      return;
    }
    const auto [first, is_new] = frame.seen.emplace(key.scalar, key.place);
    if (is_new) {
      frame.node.entries.push_back({std::move(key.scalar), key.place, std::move(value)});
      return;
    }
    report(key.place, fmt::format("the key '{}' stands here a second time", first->first),
           fmt::format("the first is on line {}; keep one", source_.line_of(first->second.offset)));
  }

  const Source& source_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Frame> frames_;
  std::optional<YamlNode> root_;
  int documents_ = 0;
};

std::string syntax_hint(const Source& source, std::size_t offset) {
  const std::string_view line = source.line(source.line_of(offset));
  const std::size_t first = line.find_first_not_of(" \t");
  if (line.substr(0, first).find('\t') != std::string_view::npos)
    return "indent with spaces: YAML does not allow tabs there";
  return "look at the indentation, the ':' and the quotes of this line and the one before";
}

/// yaml-cpp stops at some control characters as if the file ended there, so they are refused before it reads.
bool refuse_bytes(const Source& source, std::vector<Diagnostic>& diagnostics) {
  const std::string_view text = source.text();
  const auto refuse = [&](std::size_t offset, std::string message, std::string hint) {
    diagnostics.push_back(source.diagnose({offset, 1}, DiagnosticKind::syntax, message, hint));
    return true;
  };
  if (text.size() > max_stack_file_bytes) {
    return refuse(0,
                  fmt::format("the file has {} bytes, more than the {} that a stack file may have", text.size(),
                              max_stack_file_bytes),
                  "is this the right file?");
  }
  if (const auto bad = first_invalid_utf8(text); bad != std::string_view::npos) {
    return refuse(bad, fmt::format("the byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(text[bad])),
                  "save the file as UTF-8");
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool line_end = c == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if ((c < 0x20 && c != '\t' && c != '\n' && !line_end) || c == 0x7F) {
      return refuse(i, fmt::format("the control character 0x{:02X} stands in the file", c), "remove it");
    }
  }
  return false;
}

}  // namespace

std::string_view describe_kind(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::list) return "a list";
  if (node.kind == YamlNode::Kind::map) return "a group of keys";
  switch (node.scalar_type) {
    case ScalarType::null:
      return "nothing";
    case ScalarType::boolean:
      return "true or false";
    case ScalarType::integer:
      return "a whole number";
    case ScalarType::number:
      return "a number";
    case ScalarType::text:
      return "text";
  }
  std::unreachable();
}

std::optional<YamlNode> read_yaml(const Source& source, std::vector<Diagnostic>& diagnostics) {
  if (refuse_bytes(source, diagnostics)) return std::nullopt;
  TreeBuilder builder(source, diagnostics);
  const auto fail = [&](std::size_t offset, std::string message, std::string hint) {
    diagnostics.push_back(source.diagnose({offset, 1}, DiagnosticKind::syntax, message, hint));
    return std::nullopt;
  };
  try {
    std::istringstream stream{std::string(source.text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const StopReading&) {
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    const std::size_t offset = e.mark.pos < 0 ? 0 : static_cast<std::size_t>(e.mark.pos);
    return fail(offset, fmt::format("this is not YAML: {}", e.msg), syntax_hint(source, offset));
  } catch (const std::exception& e) {
    return fail(0, fmt::format("the file cannot be read as YAML: {}", e.what()), "");
  }
  std::optional<YamlNode> root = builder.take_root();
  return root ? std::move(root) : std::optional(YamlNode{});
}

}  // namespace lifeboat::model
