"""Names of keys, columns and parameters that say what their value is.

Names follow the Elastic Common Schema, Windows event data, CEF and common usage. They are compared after
``normalise_key``; ``ROLES`` may stand before a name (``src_``, ``target_`` …).
"""

from __future__ import annotations

import re
from functools import lru_cache

from recognizers.key_words import IDS, MACHINES, meant_by_words, normalise_key

#: words that may stand before a name of ``ROLE_ENTITIES`` without changing what its value is
_ROLE_WORDS = """
    src source dst dest destination target client server remote local subject caller peer sender
    recipient origin actor new old original real effective login request orig resp my nat mapped
    translated observed internal external public private device agent host observer s d x_forwarded
    x_real connection conn next_hop gateway attacker victim hw hardware initiator responder receiver
    from to by for lan wan related endpoint computer workstation logged last"""
ROLES = tuple(_ROLE_WORDS.split())
ROLE_ENTITIES = (
    "MAC_ADDRESS",
    "IP_ADDRESS",
    "HOSTNAME",
    "USERNAME",
    "EMAIL_ADDRESS",
    "WINDOWS_SID",
    "SERIAL_NUMBER",
    "DEVICE_ID",
    "LOCATION",
    "POSTAL_CODE",
)

_DEVICE_IDS = " ".join(f"{what}_{called}" for what in MACHINES for called in IDS)

_NAMES: dict[str, str] = {
    "MAC_ADDRESS": """
        mac mac_address mac_addr macaddress macaddr hwaddr hw_addr hwaddress hardware_address lladdr
        link_layer_address ether ethernet_address bssid src_mac smac dst_mac dmac dvcmac hwsender hwdest
        chaddr client_hardware_address calling_station_mac ap_mac sta_mac wlan_mac wifi_mac eth_src eth_dst
        arp_hwsender arp_hwdest hwsrc""",
    "IP_ADDRESS": """
        ip ip_address ip_addr ipaddress ipaddr ipv4 ipv6 ipv4_address ipv6_address ips ip_addresses
        address_ip dst_addr src_addr srcip dstip clientip client_addr remote_addr remote_address raddr laddr
        addr saddr daddr x_forwarded_for forwarded_for xff x_real_ip sourceaddress destinationaddress
        sourceip destinationip nexthop netmask gateway_ip dhcp_server dns_server nameserver c_ip s_ip
        cs_ip client_address local_address peer_address nasipaddress framed_ip_address""",
    "HOSTNAME": """
        host hostname host_name fqdn nodename node_name machine machine_name machinename computer
        computer_name computername workstation workstation_name workstationname devicename device_name
        dvchost dhost shost server_name servername rhost log_hostname log_host observer_name agent_name
        agent_hostname endpoint_name endpoint_hostname domain domain_name dns_domain domainname nt_domain
        dns_question_name rrname qname query_name hostnames user_domain userdomain account_domain
        logon_domain subject_domain_name target_domain_name s_computername cs_host dnsname dns_name
        dns_host_name dnshostname sni server_name_indication helo client_name netbios_name netbiosname
        vm_name vmname instance_name target_server_name mailhost relay_host pod_name node remote_host
        virtual_host vhost source_host dest_host destination_address source_address src_host dst_host
        client_hostname related_hosts sntdom dntdom devname devid_name system_name log_source_name
        logsourcename computer_fqdn peer_name analyzerhostname host_address dst_name src_name dstname
        srcname machinedomain device_hostname device_host computer_host reporting_host reporting_device host_identifier
        nas_identifier nasidentifier ap_name apname controller_name switch_name router_name firewall_name
        remotename source_machine client_machine origin_host hypervisor_hostname esx_host
        originating_server logon_server target_server source_server auth_server mail_server smtp_server
        ldap_server domain_controller peer pod private_dns_name public_dns_name sam_domain san_dns netbios workgroup
        sysname sys_name gw_name fw_name dc_name nas_name access_point access_point_name accesspoint wkstn
        dns_query s_channel_name logsource dvc question_name questions_name""",
    "USERNAME": """
        user username user_name login logname login_name loginname logon_name acct account account_name
        accountname uname userid user_id usr suser duser srcuser dstuser srcusername dstusername
        sam_account_name samaccountname sasl_username auid_name user_principal_name upn principal
        principal_name mailbox_owner_upn xauthuser unauthuser remote_user target_user_name subject_user_name
        caller_user_name user_account useraccount screen_name nickname nick owner owner_name admin_name adminname
        cs_userdn run_as runas run_as_user cs_username usrname auth_user authuser ruser logged_user
        mailbox_owner process_user xauth_user admin_user adminuser su_user usuario benutzer identity_name
        session_user sourceuser destuser created_by modified_by updated_by performed_by initiated_by requested_by
        changed_by deleted_by actor requester submitter assignee committer auid device_owner user_key
        user_effective_name user_target_name actor_alternate_id administrator ugi unauthuser euser os_user osuser
        db_user dbuser ssh_user sshuser vpnuser loginid login_id currentuser loggedinuser impersonator iam_user
        impersonated_user effective_user db_user dbuser ldap_user ftp_user
        samaccount userids user_names usernames users alternate_id
        actor_id actor_uuid initiated_by_id profile_id user_uuid user_guid principal_id
        service_account privileged_account account_used sam sam_name user_principal name_identifier nameid name_id
        git_author""",
    "EMAIL_ADDRESS": """
        email e_mail email_address mail mail_address mailfrom mail_from rcpt rcpt_to rcptto envelope_from
        envelope_to from to cc bcc reply_to sender recipient recipients user_email useremail return_path
        smtp_from smtp_to emails sender_address recipient_address from_address to_address
        sender_from_address sender_mail_from_address""",
    "PERSON": """
        real_name realname full_name fullname first_name firstname last_name lastname given_name givenname
        family_name surname middle_name user_display_name account_display_name user_full_name employee_name
        contact_name customer_name cardholder_name clid caller_id_name calling_name called_name""",
    "ORGANIZATION": "",
    "URL": """
        url uri urls request_uri requesturl request_url url_full url_original full_url referer referrer
        http_referer http_referrer href link redirect_uri redirect_url callback_url target_url location_url
        request_path cs_uri cs_uri_stem cs_referer url_path url_query query_string landing_page webhook_url""",
    "UUID": """
        uuid guid correlation_uuid session_uuid
        object_guid logon_guid activity_id correlation_id request_id trace_uuid event_uuid""",
    "WINDOWS_SID": """
        windows_sid user_sid usersid account_sid domain_sid object_sid objectsid subject_user_sid target_user_sid
        target_sid member_sid logon_user_sid security_id owner_sid computer_sid""",
    "IMEI": "imei imeisv device_imei imei_number imei1 imei2 imei_no imei_esn imei_meid",
    "DISTINGUISHED_NAME": """
        dn distinguished_name distinguishedname user_dn userdn bind_dn base_dn member_dn object_dn objectdn
        subject_dn issuer_dn group_dn target_dn ldap_dn x509_subject certificate_subject""",
    "GROUP": """
        group_name groupname user_group usergroup user_groups usergroups ad_group ad_groups member_of memberof
        target_group_name group_names security_group security_groups source_group dest_group""",
    "FILE_PATH": "",
    "SSID": "ssid essid ssid_name wlan_name wlan_ssid wifi_ssid wifi_name wifi_network wireless_network network_ssid",
    "AS_NUMBER": """
        asn as_number asnumber src_as dst_as source_as destination_as src_asn dst_asn source_asn dest_asn
        client_asn autonomous_system_number peer_as bgp_asn local_as remote_as ip_asn geo_asn""",
    "FIRMWARE_VERSION": """
        firmware firmware_version firmwareversion fw_version fw_ver fwversion bios_version uefi_version
        bootloader_version baseband_version device_firmware firmware_revision version product_version
        software_version app_version application_version agent_version client_version server_version file_version
        engine_version build_version driver_version package_version plugin_version browser_version sensor_version
        library_version module_version component_version device_version program_version signature_version""",
    "OPERATING_SYSTEM": """
        os os_name os_version os_full os_family os_platform os_type osname osversion operating_system
        operatingsystem operating_system_version osfamily device_os client_os endpoint_os_version
        endpoint_os_type os_release""",
    "MALWARE_NAME": """
        malware malware_name malwarename virus virus_name virusname threat_name threatname detection_name
        malware_family threat_family infection_name""",
    "TIME_ZONE": "timezone time_zone tz tz_name tzname timezone_name timezoneid event_timezone",
    "DATE_TIME": "",
    "LOCALE": "locale accept_language browser_language user_language system_locale ui_language",
    "LOCATION": """
        city city_name cityname town town_name country country_name countryname country_code countrycode
        country_iso_code countryiso country_region country_or_region region_name region_iso_code
        location location_name geo_name geo_location srccity dstcity srccountry dstcountry src_location dst_location
        source_location destination_location srcregion dstregion office_location work_location
        latitude longitude location_lat location_lon location_lng geo_lat geo_lon geo_lng""",
    "POSTAL_CODE": "postal_code postalcode post_code postcode zip zip_code zipcode plz postal",
    "DATE_OF_BIRTH": """
        date_of_birth dateofbirth dob birth_date birthdate birthday bday geburtsdatum date_de_naissance
        geboortedatum""",
    "STREET_ADDRESS": """
        street street_address streetaddress street_name address_line address_line1 address_line2 address_line_1
        address_line_2 home_address postal_address mailing_address billing_address shipping_address
        delivery_address office_address physical_address home_postal_address""",
    "CREDIT_CARD": """
        credit_card credit_card_number card_number cardnumber cc_number ccnumber card_no pan primary_account_number
        payment_card""",
    "IBAN_CODE": "iban iban_code iban_number bank_account_iban",
    "PHONE_NUMBER": """
        phone phone_number phonenumber phone_no mobile mobile_number mobile_phone mobilephone telephone
        telephone_number telephonenumber tel msisdn fax fax_number home_phone work_phone office_phone cell
        cell_phone cellphone caller_id callerid caller_number callee_number calling_number called_number
        calling_party called_party sms_number contact_phone user_phone phone1 phone2 dialed_number""",
    "IMSI": "imsi device_imsi imsi1 imsi2 subscriber_imsi sim_imsi",
    "ICCID": "iccid icc_id sim_serial sim_serial_number sim_number sim_id sim_iccid iccid1 iccid2 current_iccid",
    "MEID": "meid device_meid meid_hex meid_dec",
    "DEVICE_ID": _DEVICE_IDS
    + """
        system_uuid system_guid aguid udid device_token idfa idfv gaid adid aaid advertising_identifier
        identifier_for_vendor ephemeral_id volume_serial volume_serial_number volume_guid disk_guid
        community_id network_community_id
        disk_identifier wwn wwpn wwnn wwid nguid eui64 usb_serial ek_hash fingerprint_id player_id
        account_id aws_account aws_account_id account_number recipient_account_id cloud_account_id
        browser_fingerprint unique_device_id external_device_id unit_id device_fingerprint machine_fingerprint
        device_hash machine_hash machine_key node_key machine_code hwid muid product_uuid client_uuid client_guid
        dev_eui device_object_id duid""",
    "SERIAL_NUMBER": """
        devicesn device_sn endpoint_serial_number fw_serial_number firewall_serial_number chassis_serial_number
        system_serial_number bios_serial_number serial_id firewall_serial battery_serial_number ups_serial
        service_tag asset_tag identifying_number dev_serial devserial device_serial_id
        serial ssn serial_number serialnumber serialno serial_no serial_num sn device_serial hardware_serial
        chassis_serial asset_serial board_serial product_serial disk_serial devid appliance_serial
        device_serial_number host_serial esn vin""",
    "CREDENTIAL": """
        password passwd pwd pass passphrase passcode user_password userpassword new_password old_password
        current_password secret client_secret shared_secret secret_key app_secret api_key apikey x_api_key
        access_key accesskey secret_access_key aws_secret_access_key access_key_id private_key privatekey
        token access_token refresh_token id_token auth_token authtoken bearer_token session_token csrf_token
        xsrf_token api_token x_auth_token security_token authorization proxy_authorization credential
        credentials psk wpa_passphrase preshared_key pre_shared_key community snmp_community
        x_amz_signature x_amz_credential x_amz_security_token otp pin_code authenticity_token code_verifier
        client_assertion assertion samlresponse samlrequest jwt""",
    "COOKIE": """
        cookie set_cookie cookies session_id sessionid jsessionid phpsessid asp_net_sessionid sid_cookie
        connect_sid session_cookie http_cookie cs_cookie sess session_key""",
    "FILE_HASH": """
        hash file_hash md5 sha1 sha256 sha512 sha224 sha384 sha_1 sha_256 md5_hash sha1_hash sha256_hash
        filehash hash_md5 hash_sha1 hash_sha256 imphash ssdeep authentihash checksum file_md5 file_sha1
        file_sha256 sha2 process_hash parent_md5 parent_sha256 md5sum sha256sum filemd5 filesha1 filesha256""",
}

#: What a longer key ends in, written together: ``fw_device_name`` and ``sourceusername`` are what these are.
_ENDINGS = {
    "HOSTNAME": """
        hostname devicename devicehost computername machinename workstationname servername domainname fqdn
        nodename""",
    "USERNAME": """
        username accountname loginname logonname userprincipalname samaccountname userlogin useraccount operatorlogin
        adminlogin ownerlogin""",
    "EMAIL_ADDRESS": "emailaddress useremail",
    "SERIAL_NUMBER": "serial serials serialnumber serialnumbers serialno serialnum",
    "DEVICE_ID": " ".join(f"{what}{called}" for what in MACHINES if len(what) > 3 for called in IDS),
    "IP_ADDRESS": "ipaddress ipaddr",
    "MAC_ADDRESS": "macaddress macaddr",
}
#: The last word of a key, if another word stands before it.
_LAST_WORDS = {
    "ip": "IP_ADDRESS",
    "ipv4": "IP_ADDRESS",
    "ipv6": "IP_ADDRESS",
    "mac": "MAC_ADDRESS",
    "email": "EMAIL_ADDRESS",
    "sn": "SERIAL_NUMBER",
    "imei": "IMEI",
    "hash": "FILE_HASH",
    "md5": "FILE_HASH",
    "sha1": "FILE_HASH",
    "sha256": "FILE_HASH",
    "checksum": "FILE_HASH",
    "upn": "USERNAME",
    "user": "USERNAME",
    "owner": "USERNAME",
    "host": "HOSTNAME",
    "workstation": "HOSTNAME",
    "computer": "HOSTNAME",
    "dns": "HOSTNAME",
    "domain": "HOSTNAME",
}
#: What an object that describes another is called behind the other's name: `deviceDetail`.
_DESCRIBING = re.compile(r"_(?:details?|info|properties|data)\Z")
#: What else is counted by a serial number.
_COUNTED = re.compile(
    r"(?:zone|soa|dns|event|log|message|msg|record|audit|session|request|packet|rule|config|crl)_serial"
)
#: Objects of which ``name`` is the name of a machine or of an account.
_NAMED = {
    "HOSTNAME": """
        host agent device observer computer machine server endpoint workstation asset node gateway vm peer
        appliance sensor collector snapshot""",
    "USERNAME": "user account actor principal owner initiator member requester operator creator admin",
}
#: What someone does, before `by`: sorted and limited is by other things.
_DONE_BY = re.compile(
    r"(?:connected|started|stopped|checked|assigned|issued|added|removed|edited|reported|closed|opened|resolved"
    r"|acknowledged|acked|submitted|uploaded|run|executed|invoked|launched|locked|unlocked|enabled|disabled|revoked"
    r"|granted|invited|reviewed|entered|printed|booked|authori[sz]ed|enrolled|registered|provisioned|verified|confirmed"
    r"|cancell?ed|changed|archived|published|shared|downloaded|activated|reset|rebooted)(?:_(?:in|out|up|off|on))?_by\Z"
)
#: What keys end in under which other things stand, too, than machines and accounts: a value must look like one.
_LOOSE = {
    "HOSTNAME": """
        node nodes worker agent member members terminal station printer device devices machine machines vm vms droplet
        cluster server servers switch router gateway controller ap peer endpoint endpoints target source origin asset
        assets sensor probe appliance instance client clients system console collector victim offender attacker
        neighbor neighbour replica primary secondary master slave leader runner executor hypervisor guest guests
        storage array workstations computers hosts resource entity ci scanner panel camera firewall forwarder broker
        proxy bastion friendly thing phone tablet modem olt ont cpe equipment ups pdu plc hmi nvr dvr connector reader
        src dst dest destination remote object value vehicle hub repeater extender vcenter esxi filer monitor""",
    "USERNAME": """
        operator contact approver analyst technician employee moderator reviewer creator reporter
        customer caller callee clientid staff requestor consumer subscriber assigned supervisor manager trustee
        delegate engineer editor sender uploader invoker initiator by users logins admin performer handler
        visitor sponsor account accounts supplicant committer mailbox""",
    "FIRMWARE_VERSION": "version",
}
#: Names that are also written together with a role, without mark or capital: `realuser`.
_SQUEEZED = frozenset(("user", "username", "userid", "host", "hostname", "ip", "mac", "domain", "computer", "machine"))
_TYPED = re.compile(r"(?<=[A-Za-z]{3})_[sgdb]\Z")
#: What has an id that may be a machine's.
_OWNERS = frozenset(("entity", "unique", "resource", "target", "core", "thing"))
#: What may stand behind them.
_LOOSE_ENDS = frozenset(["id", "name", "account", "login", "label", "key", "to"])
_BY_LOOSE_WORD = {word: entity for entity, words in _LOOSE.items() for word in words.split()}
_BY_ENDING = {ending: entity for entity, names in _ENDINGS.items() for ending in names.split()}
_BY_OBJECT = {name: entity for entity, names in _NAMED.items() for name in names.split()}

#: entity -> the normalised names whose whole value is that entity
KEYS: dict[str, frozenset[str]] = {entity: frozenset(names.split()) for entity, names in _NAMES.items()}


@lru_cache(maxsize=1)
def key_entities() -> dict[str, str]:
    """Normalised key name -> entity, with ``ROLES`` before the names that may bear one.

    A name that two entities list belongs to the one listed first here.
    """
    entities: dict[str, str] = {}
    for entity, names in KEYS.items():
        for name in names:
            entities.setdefault(name, entity)
    for entity in ROLE_ENTITIES:
        for name in KEYS[entity]:
            for role in ROLES:
                entities.setdefault(f"{role}_{name}", entity)
                if len(role) > 2 and name in _SQUEEZED:
                    entities.setdefault(f"{role}{name}", entity)
    return entities


def _segments(path: str) -> list[str]:
    """The normalised keys of a path, without places in lists and the types that Azure Monitor puts behind custom keys
    (``Computer_s``, ``AgentId_g``)."""
    segments = [normalise_key(part) for part in _TYPED.sub("", path).replace("/", ".").split(".")]
    return [part for part in segments if part and not part.isdigit()]


@lru_cache(maxsize=65536)
def entity_of_key(path: str) -> str | None:
    """The entity of the value under a key or dotted path, or None.

    The last two segments together are looked up first, then the last one: ``user.name`` is ``user_name``, a bare
    ``name`` is nothing.
    """
    entities = key_entities()
    segments = _segments(path)
    if not segments:
        return None
    for joined in ("_".join(segments[-2:]), segments[-1]):
        if joined in entities:
            return entities[joined]
        squeezed = joined.replace("_", "")
        if squeezed in entities:
            return entities[squeezed]
    words = segments[-1].split("_")
    while len(words) > 1 and words[0] in ROLES:
        words = words[1:]
        entity = entities.get("_".join(words))
        if entity in ROLE_ENTITIES:
            return entity
    meant = meant_by_words(tuple(segments))
    return _by_its_end(segments) or (meant.entity if meant is not None and meant.surely else None)


@lru_cache(maxsize=65536)
def likely_entity_of_key(path: str) -> str | None:
    """What the value under a key, of which ``entity_of_key`` knows nothing, is if it is no word of another thing."""
    meant = meant_by_words(tuple(_segments(path)) or ("",))
    return meant.entity if meant is not None else None


@lru_cache(maxsize=65536)
def loose_entity_of_key(path: str) -> str | None:
    """What the value under a key, of which the others know nothing, is if it looks like one."""
    segments = [part for part in path.replace("/", ".").split(".") if not part.rstrip("+").isdigit()][-2:]
    words = [word for part in segments for word in normalise_key(part).split("_")]
    if len(words) > 1 and words[-1] in IDS and words[-2] in _OWNERS:
        return "DEVICE_ID"
    while len(words) > 1 and words[-1] in _LOOSE_ENDS:
        words.pop()
    return _BY_LOOSE_WORD.get(words[-1]) if words else None


def _by_its_end(segments: list[str]) -> str | None:
    """The entity of a key that no list names, by what it ends in or by the object of which it is the name."""
    last = segments[-1]
    if last in ("name", "names", "display_name") and len(segments) > 1:
        if segments[-2] == "user_agent":
            return None
        described = _DESCRIBING.sub("", segments[-2]).rpartition("_")[2]
        return _BY_OBJECT.get(described) or _BY_OBJECT.get(described.removesuffix("s"))
    if last in IDS and len(segments) > 1:
        last = f"{_DESCRIBING.sub('', segments[-2]).removesuffix('s')}_{last}"
    if _DONE_BY.search(last):
        return "USERNAME"
    if _COUNTED.match(last):
        return None
    before, _, called = last.rpartition("_")
    named = _BY_OBJECT.get(before.rpartition("_")[2]) if called == "name" else None
    if named is not None and before != "asset":  # an asset may be a site or an application
        return named
    together = last.replace("_", "")
    found = next((entity for ending, entity in _BY_ENDING.items() if together.endswith(ending)), None)
    if found is None and "_" in last:
        return _LAST_WORDS.get(last.rpartition("_")[2])
    return found
