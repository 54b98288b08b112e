#include "reports/csv.h"

#include <gtest/gtest.h>

#include <limits>

namespace eif {
namespace {

TEST(CsvTest, FieldsAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"so\""), "\"say \"\"so\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

TEST(CsvTest, TableHasAHeaderAndALineForEachRow) {
  const NumberTable table{
      {"share, of cells", "seed 0", "seed 1"},
      {{"squares", {0.1, 2}}, {"belongs_to", {std::numeric_limits<double>::quiet_NaN(), -1}}}};
  EXPECT_EQ(table_csv(table),
            "\"share, of cells\",seed 0,seed 1\n"
            "squares,0.10000000000000001,2\n"
            "belongs_to,,-1\n");
}

}  // namespace
}  // namespace eif
