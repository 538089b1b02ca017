// Original file: ../../proto/auth/v1/auth.proto


export interface GetOrganizationResponse {
  'id'?: (string);
  'name'?: (string);
  'timezone'?: (string);
  'currency'?: (string);
  'policy_json'?: (string);
  'version'?: (number);
}

export interface GetOrganizationResponse__Output {
  'id': (string);
  'name': (string);
  'timezone': (string);
  'currency': (string);
  'policy_json': (string);
  'version': (number);
}
