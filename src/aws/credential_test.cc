#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "aws/credential_chain.h"
#include "aws/credential_links.h"
#include "aws/credential_process.h"
#include "aws/ini.h"
#include "aws/test_ports.h"
#include "system/files.h"

// The token service, the container's endpoint and the metadata service are simulated: their answers are written here.
namespace lifeboat::aws {
namespace {

using namespace std::chrono_literals;
using testing::TestTime;

/// Answers by method and URL; nobody is anywhere else.
struct TestNetwork : Transport {
  std::expected<HttpAnswer, ExchangeFailure> send(const Request& request, const ExchangeLimits&) override {
    sent.push_back(request);
    const auto found = answers.find(request.method + " " + request.url());
    if (found == answers.end()) return std::unexpected(ExchangeFailure{.message = "nobody at " + request.host});
    return found->second;
  }

  std::map<std::string, HttpAnswer> answers;
  std::vector<Request> sent;
};

std::string role_json(const std::string& id, const std::string& expiration = "2026-11-24T07:00:00Z") {
  return Json{
      {"Code", "Success"}, {"AccessKeyId", id}, {"SecretAccessKey", "s"}, {"Token", "t"}, {"Expiration", expiration}}
      .dump();
}

HttpAnswer assumed(const std::string& operation, const std::string& id) {
  return {.status = 200,
          .body = "<" + operation + "Response><" + operation + "Result><Credentials><AccessKeyId>" + id +
                  "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                  "<Expiration>2026-11-24T02:00:00Z</Expiration></Credentials></" +
                  operation + "Result></" + operation + "Response>"};
}

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "lifeboat-credentials-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    variables["HOME"] = folder.string();
    std::filesystem::create_directory(folder / ".aws");
  }
  ~CredentialsTest() override { std::filesystem::remove_all(folder); }

  void write(const std::string& name, const std::string& content) const {
    ASSERT_TRUE(system::replace_file(folder / name, content));
  }
  void config(const std::string& content) const { write(".aws/config", content); }
  LinkPorts ports() {
    return {network, time, time, time, [this](const std::string& name) {
              const auto found = variables.find(name);
              return found == variables.end() ? std::string() : found->second;
            }};
  }
  CredentialChain chain() { return {usual_links(ports()), time}; }
  /// The access key's id, or the error's text.
  std::string found() {
    const auto result = chain().credentials();
    return result ? result->access_key_id : result.error().message;
  }

  std::filesystem::path folder;
  std::map<std::string, std::string> variables;
  TestNetwork network;
  TestTime time;
};

TEST_F(CredentialsTest, Where_nobody_has_any_the_error_lists_what_was_tried) {
  EXPECT_EQ(found(),
            "no AWS credentials: the environment: AWS_ACCESS_KEY_ID is not set; web identity: "
            "AWS_WEB_IDENTITY_TOKEN_FILE is not set; "
            "the profile 'default': the shared files have no such profile; the container's role: "
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
            "is not set; the instance's role: nobody at 169.254.169.254");
  EXPECT_EQ(chain().credentials().error().code, base::ErrorCode::aws_no_credentials);
}

TEST_F(CredentialsTest, The_environment_goes_first) {
  variables["AWS_ACCESS_KEY_ID"] = "ENV";
  EXPECT_EQ(found(), "no AWS credentials: the environment: AWS_SECRET_ACCESS_KEY is not set beside its other half");
  variables["AWS_SECRET_ACCESS_KEY"] = "s";
  variables["AWS_SESSION_TOKEN"] = "token";
  config("[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n");
  const auto credentials = chain().credentials();
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->access_key_id, "ENV");
  EXPECT_EQ(credentials->session_token.reveal(), "token");
}

TEST_F(CredentialsTest, A_profile_is_read_from_both_files) {
  config("[default]\naws_access_key_id = D\naws_secret_access_key = s\n[profile  \"two words\"]\nregion=x\n");
  write(".aws/credentials", "# mine\n[two words]\r\nAWS_Access_Key_ID=TWO\r\naws_secret_access_key = a=b\r\n");
  EXPECT_EQ(found(), "D");
  variables["AWS_PROFILE"] = "two words";
  EXPECT_EQ(found(), "TWO");
  EXPECT_EQ(chain().credentials()->secret_access_key.reveal(), "a=b");
  variables["AWS_PROFILE"] = "three";
  EXPECT_EQ(found(), "no AWS credentials: the profile 'three': the shared files have no such profile");
}

TEST_F(CredentialsTest, The_files_may_be_elsewhere) {
  write("mine", "[default]\naws_access_key_id = ELSEWHERE\naws_secret_access_key = s\n");
  variables["AWS_SHARED_CREDENTIALS_FILE"] = (folder / "mine").string();
  EXPECT_EQ(found(), "ELSEWHERE");
}

TEST_F(CredentialsTest, A_file_that_cannot_be_read_names_the_line_and_no_secret) {
  write(".aws/credentials", "[default]\naws_access_key_id = A\nTHE-SECRET\n");
  EXPECT_EQ(
      found(),
      "no AWS credentials: the profile 'default': AWS's credentials file: line 3 is not name = value in a section");
}

TEST_F(CredentialsTest, A_role_is_assumed_with_the_keys_of_its_source) {
  config(
      "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = e\nregion = eu-west-1\n"
      "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n");
  network.answers["POST https://sts.eu-west-1.amazonaws.com/"] = assumed("AssumeRole", "ROLE");
  EXPECT_EQ(found(), "ROLE");
  EXPECT_EQ(network.sent.at(0).body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=lifeboat&"
            "ExternalId=e");
  EXPECT_NE(network.sent.at(0).header("Authorization").find("Credential=BASE/"), std::string_view::npos);
}

TEST_F(CredentialsTest, Roles_may_stand_in_a_row_but_not_in_a_circle) {
  config(
      "[default]\nrole_arn = a1\nsource_profile = middle\n[profile middle]\nrole_arn = a2\nsource_profile = middle\n"
      "aws_access_key_id = OWN\naws_secret_access_key = s\n");
  network.answers["POST https://sts.us-east-1.amazonaws.com/"] = assumed("AssumeRole", "ROLE");
  EXPECT_EQ(found(), "ROLE");
  EXPECT_NE(network.sent.at(0).header("Authorization").find("Credential=OWN/"), std::string_view::npos);
  EXPECT_NE(network.sent.at(1).header("Authorization").find("Credential=ROLE/"), std::string_view::npos);
  config("[default]\nrole_arn = a1\nsource_profile = b\n[profile b]\nrole_arn = a2\nsource_profile = default\n");
  EXPECT_EQ(found(), "no AWS credentials: the profile 'default': the source profiles of 'default' go in a circle");
}

TEST_F(CredentialsTest, A_refused_role_ends_the_search) {
  config("[default]\nrole_arn = a1\ncredential_source = Environment\n");
  EXPECT_EQ(found(), "no AWS credentials: the profile 'default': AWS_ACCESS_KEY_ID is not set");
  config(
      "[default]\nrole_arn = a1\nsource_profile = b\n[profile b]\naws_access_key_id = B\naws_secret_access_key = s\n");
  network.answers["POST https://sts.us-east-1.amazonaws.com/"] = {
      .status = 403,
      .body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>"};
  EXPECT_EQ(found(),
            "no AWS credentials: the profile 'default': the role a1 could not be assumed: us-east-1: sts AssumeRole: "
            "not you [AccessDenied, HTTP 403]");
}

TEST_F(CredentialsTest, What_a_profile_asks_that_we_do_not_do_is_said) {
  config("[default]\nsso_session = corp\n");
  EXPECT_TRUE(found().starts_with(
      "no AWS credentials: the profile 'default': the profile 'default' uses sso_session, which Lifeboat does not do"))
      << found();
  config("[default]\nrole_arn = a\nmfa_serial = m\nsource_profile = b\n");
  EXPECT_NE(found().find("wants a code (mfa_serial)"), std::string::npos);
}

TEST_F(CredentialsTest, A_web_identity_is_exchanged_without_a_signature) {
  write("token", "the.web.token\n");
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (folder / "token").string();
  EXPECT_EQ(found(), "no AWS credentials: web identity: AWS_ROLE_ARN is not set beside AWS_WEB_IDENTITY_TOKEN_FILE");
  variables["AWS_ROLE_ARN"] = "a";
  variables["AWS_REGION"] = "us-west-1";
  network.answers["POST https://sts.us-west-1.amazonaws.com/"] = assumed("AssumeRoleWithWebIdentity", "WEB");
  EXPECT_EQ(found(), "WEB");
  EXPECT_EQ(network.sent.at(0).header("Authorization"), "");
  EXPECT_NE(network.sent.at(0).body.find("WebIdentityToken=the.web.token"), std::string::npos);
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (folder / "none").string();
  EXPECT_NE(found().find("none cannot be read"), std::string::npos);
}

TEST_F(CredentialsTest, A_containers_role_is_asked_with_its_token) {
  write("token", "container-token");
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1";
  network.answers["GET http://169.254.170.2/v2/credentials/1"] = {.status = 200, .body = role_json("ECS")};
  EXPECT_EQ(found(), "ECS");
  variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (folder / "token").string();
  network.answers["GET http://169.254.170.23/v1/credentials"] = {.status = 200, .body = role_json("EKS")};
  EXPECT_EQ(found(), "EKS");
  EXPECT_EQ(network.sent.back().header("Authorization"), "container-token");
}

TEST_F(CredentialsTest, A_container_asks_nobody_far_away_in_the_clear) {
  for (const auto* host : {"example.com", "10.0.0.1", "127.0.0.1.example.com", "169.254.169.254", "127.evil.com"}) {
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = std::string("http://") + host + "/c";
    EXPECT_NE(found().find("which is neither https nor this machine"), std::string::npos) << host;
  }
  EXPECT_TRUE(network.sent.empty());
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.5:8000/c";
  network.answers["GET http://127.0.0.5:8000/c"] = {.status = 200, .body = role_json("LOCAL")};
  EXPECT_EQ(found(), "LOCAL");
}

TEST_F(CredentialsTest, An_instances_role_is_asked_by_version_2_only) {
  const std::string host = "http://127.0.0.1:1338";
  const std::string roles = host + "/latest/meta-data/iam/security-credentials/";
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = host + "/";
  network.answers["PUT " + host + "/latest/api/token"] = {.status = 200, .body = "session"};
  network.answers["GET " + roles] = {.status = 200, .body = "my-role"};
  network.answers["GET " + roles + "my-role"] = {.status = 200, .body = role_json("EC2")};
  EXPECT_EQ(found(), "EC2");
  EXPECT_EQ(network.sent.at(1).header("X-aws-ec2-metadata-token"), "session");
  network.answers.erase("PUT " + host + "/latest/api/token");
  EXPECT_NE(found().find("the instance's role: nobody at 127.0.0.1:1338"), std::string::npos);
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_NE(found().find("AWS_EC2_METADATA_DISABLED is true"), std::string::npos);
}

TEST_F(CredentialsTest, A_program_prints_them) {
  config("[default]\ncredential_process = cat \"$HOME_OF_TEST\" 2>/dev/null || echo '" + role_json("PROGRAM") + "'\n");
  EXPECT_EQ(found(), "PROGRAM");
  EXPECT_EQ(run_credential_process("exit 3").error().why, "the credential_process ended with 3");
  EXPECT_EQ(run_credential_process("echo THE-SECRET").error().why, "the credential_process gave no credentials");
  EXPECT_EQ(run_credential_process("sleep 1000", 50ms).error().why, "the credential_process did not end within 0 s");
  EXPECT_EQ(run_credential_process("exec >&-; sleep 1000", 50ms).error().why,
            "the credential_process did not end within 0 s");
}

TEST_F(CredentialsTest, They_are_fetched_anew_before_they_expire_and_kept_while_they_last) {
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/c";
  auto& answer = network.answers["GET http://169.254.170.2/c"];
  answer = {.status = 200, .body = role_json("FIRST", "2026-11-24T02:02:03Z")};
  auto kept = chain();
  EXPECT_EQ(kept.credentials()->access_key_id, "FIRST");
  answer.body = role_json("SECOND", "2026-11-24T03:02:03Z");
  time.passed = 54min;
  EXPECT_EQ(kept.credentials()->access_key_id, "FIRST");
  time.passed = 55min;
  EXPECT_EQ(kept.credentials()->access_key_id, "SECOND");
  answer = {.status = 500};
  time.passed = 119min;
  EXPECT_EQ(kept.credentials()->access_key_id, "SECOND");
  time.passed = 120min;
  EXPECT_EQ(kept.credentials().error().message, "no AWS credentials: the container's role: 169.254.170.2 answered 500");
  answer = {.status = 200, .body = role_json("THIRD", "2026-11-25T00:00:00Z")};
  EXPECT_EQ(kept.credentials()->access_key_id, "THIRD");
  answer.body = role_json("FOURTH", "2026-11-25T00:00:00Z");
  EXPECT_EQ(kept.credentials()->access_key_id, "THIRD");
  kept.forget();
  EXPECT_EQ(kept.credentials()->access_key_id, "FOURTH");
}

TEST(CredentialsJson, What_is_incomplete_is_refused) {
  for (const auto* text : {"", "[]", "{}", R"({"AccessKeyId": "A"})", R"({"AccessKeyId": "A", "SecretAccessKey": 1})",
                           R"({"AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": "soon"})"}) {
    const auto found = credentials_from_json(text, "it");
    ASSERT_FALSE(found) << text;
    EXPECT_TRUE(found.error().is_broken);
  }
}

TEST(Ini, Indented_lines_and_comments_are_skipped) {
  const auto sections = parse_ini("; c\n[default]\ns3 =\n  max = 3\nName=v # not a comment\n\n[ x ]\n");
  ASSERT_TRUE(sections);
  EXPECT_EQ(*sections, (IniSections{{"default", {{"s3", ""}, {"name", "v # not a comment"}}}, {"x", {}}}));
}

TEST(Ini, What_is_no_setting_names_its_line) {
  EXPECT_EQ(parse_ini("a = b").error().message, "line 1 is not name = value in a section");
  EXPECT_EQ(parse_ini("\n[a\n").error().message, "line 2 is not [a section]");
  EXPECT_EQ(parse_ini("[a]\n= b").error().message, "line 2 is not name = value in a section");
}

}  // namespace
}  // namespace lifeboat::aws
