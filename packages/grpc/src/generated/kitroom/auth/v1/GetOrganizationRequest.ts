// Original file: ../../proto/auth/v1/auth.proto


export interface GetOrganizationRequest {
  'org_id'?: (string);
}

export interface GetOrganizationRequest__Output {
  'org_id': (string);
}
