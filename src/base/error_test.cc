#include "base/error.h"

#include <gtest/gtest.h>

#include "base/ids.h"

namespace lifeboat::base {
namespace {

TEST(Error, CarriesTheCataloguesHelpAndKind) {
  Status status = fail(ErrorCode::port_taken, "127.10.0.10:8080 is held by pid 7");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind(), ErrorKind::conflict);
  EXPECT_EQ(status.error().text(),
            "127.10.0.10:8080 is held by pid 7 (port_taken)\n"
            "  Stop the program that holds the port, or run this stack at other addresses.");
}

TEST(Error, TravelsByName) {
  EXPECT_EQ(error_code_from_name("stale_epoch"), ErrorCode::stale_epoch);
  EXPECT_EQ(error_code_from_name("from_the_future"), ErrorCode::unknown_error);
}

TEST(Error, WrapPutsContextFirst) {
  auto wrapped = wrap(Error{ErrorCode::io_failed, "no space", ""}, "journal");
  EXPECT_EQ(wrapped.error().message, "journal: no space");
}

TEST(Lsn, IsSpelledAsPostgresSpellsIt) {
  EXPECT_EQ(to_string(Lsn{0x1'03000148ull}), "1/3000148");
}

}  // namespace
}  // namespace lifeboat::base
