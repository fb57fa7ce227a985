#include "cli/chosen_stack.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cli/aws_folder.h"

namespace lifeboat::cli {
namespace {

namespace fs = std::filesystem;

std::string stack_file(const std::string& name, const std::string& world, const std::string& rest = "") {
  return "stack: " + name + "\nworld: " + world +
         "\nregions:\n  - name: us-east-2\n  - name: us-west-1\ndns:\n  domain: shop.com\n" + rest;
}

/// A LIFEBOAT_HOME, and a working directory that may have a stack file.
class ChooseStack : public testing::Test {
 protected:
  ChooseStack() {
    fs::create_directories(home_);
    fs::create_directories(here_);
    fs::current_path(here_);
    options_.home = home_;
  }
  ~ChooseStack() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }

  static void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  static fs::path make_root() {
    auto name = (fs::temp_directory_path() / "lifeboat-choose-XXXXXX").string();
    return ::mkdtemp(name.data());
  }

  const fs::path before_ = fs::current_path();
  const fs::path root_ = make_root();
  const fs::path home_ = root_ / "home";
  const fs::path here_ = root_ / "here";
  GlobalOptions options_;
};

TEST_F(ChooseStack, By_a_file_where_nothing_is_installed) {
  write(root_ / "files/shop.yaml", stack_file("shop", "aws"));
  options_.stack = (root_ / "files/shop.yaml").string();
  const auto chosen = choose(options_);
  ASSERT_TRUE(chosen) << chosen.error().text();
  EXPECT_TRUE(chosen->is_aws());
  EXPECT_FALSE(chosen->is_installed);
  EXPECT_EQ(chosen->paths.root, home_ / "shop");
  EXPECT_EQ(folder_of_file(*chosen), root_ / "files");
  EXPECT_FALSE(fs::exists(home_ / "shop"));
}

TEST_F(ChooseStack, By_a_file_whose_name_has_no_slash) {
  write(here_ / "shop.yml", stack_file("shop", "aws"));
  options_.stack = "shop.yml";
  EXPECT_TRUE(choose(options_));
}

TEST_F(ChooseStack, By_the_aws_file_in_this_folder_where_there_is_no_stack_at_all) {
  write(here_ / "stack.yaml", stack_file("shop", "aws"));
  const auto chosen = choose(options_);
  ASSERT_TRUE(chosen) << chosen.error().text();
  EXPECT_EQ(chosen->stack().name, "shop");
}

TEST_F(ChooseStack, Not_by_a_local_file_in_this_folder) {
  write(here_ / "stack.yaml", stack_file("shop", "local"));
  const auto chosen = choose(options_);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, base::ErrorCode::stack_unknown);
}

TEST_F(ChooseStack, A_local_file_stands_for_the_stack_that_there_is) {
  write(root_ / "shop.yaml", stack_file("shop", "local", "web:\n  count: 5\n"));
  options_.stack = (root_ / "shop.yaml").string();
  const auto none = choose(options_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::stack_unknown);
  write(home_ / "shop/stack.yaml", stack_file("shop", "local"));
  const auto chosen = choose(options_);
  ASSERT_TRUE(chosen) << chosen.error().text();
  EXPECT_EQ(chosen->stack().web.count, 3);
}

TEST_F(ChooseStack, The_folder_made_for_a_file_remembers_where_that_was) {
  write(root_ / "files/shop.yaml", stack_file("shop", "aws"));
  options_.stack = (root_ / "files/shop.yaml").string();
  const auto chosen = choose(options_);
  ASSERT_TRUE(chosen);
  const auto installed = install_aws_folder(*chosen);
  ASSERT_TRUE(installed) << installed.error().text();
  options_.stack.clear();
  const auto again = choose(options_);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(again->is_installed);
  EXPECT_EQ(again->source.text, chosen->source.text);
  EXPECT_EQ(folder_of_file(*again), root_ / "files");
  EXPECT_EQ(fs::status(home_ / "shop/secrets").permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(home_ / "shop/slot"));
}

TEST_F(ChooseStack, A_file_that_describes_another_stack_of_that_name_is_refused) {
  write(home_ / "shop/stack.yaml", stack_file("shop", "aws"));
  write(root_ / "shop.yaml", stack_file("shop", "aws", "database:\n  name: other\nweb:\n  count: 5\n"));
  options_.stack = (root_ / "shop.yaml").string();
  const auto chosen = choose(options_);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, base::ErrorCode::stack_exists);
  EXPECT_EQ(chosen.error().message, (root_ / "shop.yaml").string() + " describes another stack 'shop' than " +
                                        (home_ / "shop/stack.yaml").string() +
                                        ": database.name \"events\" → \"other\"");
}

TEST_F(ChooseStack, A_file_that_only_changes_numbers_is_the_same_stack) {
  write(home_ / "shop/stack.yaml", stack_file("shop", "aws"));
  write(root_ / "shop.yaml", stack_file("shop", "aws", "web:\n  count: 5\n"));
  options_.stack = (root_ / "shop.yaml").string();
  const auto chosen = choose(options_);
  ASSERT_TRUE(chosen) << chosen.error().text();
  EXPECT_EQ(chosen->stack().web.count, 5);
}

}  // namespace
}  // namespace lifeboat::cli
