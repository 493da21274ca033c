"""Running counts of answers: per day, and by and under the dimensions that figures are split by."""
