// The tests of a file run with the library that this variable names.
process.env.XGBOOST_LIBRARY = new URL(
  '../.claims/xgboost/xgboost/lib/libxgboost.so',
  import.meta.url,
).pathname
