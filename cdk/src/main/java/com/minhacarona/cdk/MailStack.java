package com.minhacarona.cdk;

import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.services.ses.DkimRecord;
import software.amazon.awscdk.services.ses.EmailIdentity;
import software.amazon.awscdk.services.ses.Identity;
import software.constructs.Construct;

/**
 * The domain that e-mails come from. A stack of its own, so that it can be deployed where nothing
 * else is yet: days pass until a region believes the domain and lets it write to everybody.
 */
final class MailStack extends EnvironmentStack {
  MailStack(Construct scope, EnvironmentConfig config) {
    super(scope, "mail", config, "Minha Carona: the domain that e-mails come from");
    EmailIdentity identity =
        EmailIdentity.Builder.create(this, "domain")
            .identity(Identity.domain(config.mail().domain()))
            .build();
    List<DkimRecord> records = identity.getDkimRecords();
    for (int i = 0; i < records.size(); i++) {
      CfnOutput.Builder.create(this, "Dkim" + (i + 1))
          .description("To be written into the domain's DNS, or SES does not believe it")
          .value("%s CNAME %s".formatted(records.get(i).getName(), records.get(i).getValue()))
          .build();
    }
  }
}
