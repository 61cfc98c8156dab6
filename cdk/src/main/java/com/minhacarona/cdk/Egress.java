package com.minhacarona.cdk;

/**
 * How tasks reach the AWS services other than DynamoDB and S3, which have gateways that cost
 * nothing: the largest fixed line of a small month's bill.
 */
enum Egress {
  /**
   * Tasks in public subnets with addresses of their own; their security group lets nobody in from
   * outside. Functions in a network get no address, so those of the public API are in private
   * subnets, behind the smallest instance that passes packets on. The cheapest.
   */
  PUBLIC_ADDRESSES,

  /** Tasks in private subnets, behind one NAT gateway. */
  NAT_GATEWAY,

  /**
   * Tasks in private subnets that reach an interface endpoint for each service, and no internet.
   * The keys of issuers are there, and a user pool with a domain has no endpoint (Cognito, "Access
   * Amazon Cognito using an interface endpoint"): these tasks believe client certificates only, and
   * there is no public API.
   */
  INTERFACE_ENDPOINTS
}
