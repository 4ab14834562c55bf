/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: new_api
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Temporary table structure for view `active_users`
--

DROP TABLE IF EXISTS `active_users`;
/*!50001 DROP VIEW IF EXISTS `active_users`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `active_users` AS SELECT
 NULL AS `id`,
 NULL AS `users` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `channels`
--

DROP TABLE IF EXISTS `channels`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `channels` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `type` bigint(20) DEFAULT 0,
  `key` longtext NOT NULL,
  `open_ai_organization` longtext DEFAULT NULL,
  `test_model` longtext DEFAULT NULL,
  `status` bigint(20) DEFAULT 1,
  `name` varchar(191) DEFAULT NULL,
  `weight` bigint(20) unsigned DEFAULT 0,
  `created_time` bigint(20) DEFAULT NULL,
  `test_time` bigint(20) DEFAULT NULL,
  `response_time` bigint(20) DEFAULT NULL,
  `base_url` varchar(191) DEFAULT '',
  `other` longtext DEFAULT NULL,
  `balance` double DEFAULT NULL,
  `balance_updated_time` bigint(20) DEFAULT NULL,
  `models` longtext DEFAULT NULL,
  `group` varchar(64) DEFAULT 'default',
  `used_quota` bigint(20) DEFAULT 0,
  `model_mapping` text DEFAULT NULL,
  `status_code_mapping` varchar(1024) DEFAULT '',
  `priority` bigint(20) DEFAULT 0,
  `auto_ban` bigint(20) DEFAULT 1,
  `other_info` longtext DEFAULT NULL,
  `tag` varchar(191) DEFAULT NULL,
  `setting` text DEFAULT NULL,
  `param_override` text DEFAULT NULL,
  `header_override` text DEFAULT NULL,
  `remark` varchar(255) DEFAULT NULL,
  `channel_info` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`channel_info`)),
  `settings` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `channels`
--

LOCK TABLES `channels` WRITE;
/*!40000 ALTER TABLE `channels` DISABLE KEYS */;
INSERT INTO `channels` (`id`, `type`, `key`, `open_ai_organization`, `test_model`, `status`, `name`, `weight`, `created_time`, `test_time`, `response_time`, `base_url`, `other`, `balance`, `balance_updated_time`, `models`, `group`, `used_quota`, `model_mapping`, `status_code_mapping`, `priority`, `auto_ban`, `other_info`, `tag`, `setting`, `param_override`, `header_override`, `remark`, `channel_info`, `settings`) VALUES (1,1,'sk-up-one\nsk-up-two\r\nsk-up-three',NULL,NULL,1,'ours 😀',5,NULL,NULL,NULL,'http://127.0.0.1:9999',NULL,0.000000125,NULL,'gpt-4o,gpt-alias','default,vip',0,'{\"gpt-alias\": \"gpt-4o-real\"}','',9,1,NULL,NULL,NULL,NULL,NULL,NULL,'{\"is_multi_key\":true,\"multi_key_status_list\":{\"1\":2},\"multi_key_disabled_reason\":{\"1\":\"it\'s \\\"bad\\\" \\\\ \\u4e2d\"}}',NULL);
INSERT INTO `channels` (`id`, `type`, `key`, `open_ai_organization`, `test_model`, `status`, `name`, `weight`, `created_time`, `test_time`, `response_time`, `base_url`, `other`, `balance`, `balance_updated_time`, `models`, `group`, `used_quota`, `model_mapping`, `status_code_mapping`, `priority`, `auto_ban`, `other_info`, `tag`, `setting`, `param_override`, `header_override`, `remark`, `channel_info`, `settings`) VALUES (2,14,'sk-ant-secret',NULL,NULL,2,'claude',0,NULL,NULL,NULL,NULL,NULL,0,NULL,'claude-sonnet-4-5','default',0,'','',0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `channels` (`id`, `type`, `key`, `open_ai_organization`, `test_model`, `status`, `name`, `weight`, `created_time`, `test_time`, `response_time`, `base_url`, `other`, `balance`, `balance_updated_time`, `models`, `group`, `used_quota`, `model_mapping`, `status_code_mapping`, `priority`, `auto_ban`, `other_info`, `tag`, `setting`, `param_override`, `header_override`, `remark`, `channel_info`, `settings`) VALUES (3,41,'[{\"type\":\"service_account\",\"private_key\":\"-----BEGIN\\nsecret\\n\"}]',NULL,NULL,1,'vertex',0,NULL,NULL,NULL,'',NULL,NULL,NULL,'gemini-2.5-pro','default',0,NULL,'',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,'{}',NULL);
INSERT INTO `channels` (`id`, `type`, `key`, `open_ai_organization`, `test_model`, `status`, `name`, `weight`, `created_time`, `test_time`, `response_time`, `base_url`, `other`, `balance`, `balance_updated_time`, `models`, `group`, `used_quota`, `model_mapping`, `status_code_mapping`, `priority`, `auto_ban`, `other_info`, `tag`, `setting`, `param_override`, `header_override`, `remark`, `channel_info`, `settings`) VALUES (4,50,'kling-secret',NULL,NULL,1,'video',0,NULL,NULL,NULL,'',NULL,0,NULL,'kling','default',0,'','',0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `channels` (`id`, `type`, `key`, `open_ai_organization`, `test_model`, `status`, `name`, `weight`, `created_time`, `test_time`, `response_time`, `base_url`, `other`, `balance`, `balance_updated_time`, `models`, `group`, `used_quota`, `model_mapping`, `status_code_mapping`, `priority`, `auto_ban`, `other_info`, `tag`, `setting`, `param_override`, `header_override`, `remark`, `channel_info`, `settings`) VALUES (5,999,'sk-other-secret',NULL,NULL,1,'other',0,NULL,NULL,NULL,'https://models.example.org',NULL,0,NULL,'m2','default',0,'','',0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `channels` (`id`, `type`, `key`, `open_ai_organization`, `test_model`, `status`, `name`, `weight`, `created_time`, `test_time`, `response_time`, `base_url`, `other`, `balance`, `balance_updated_time`, `models`, `group`, `used_quota`, `model_mapping`, `status_code_mapping`, `priority`, `auto_ban`, `other_info`, `tag`, `setting`, `param_override`, `header_override`, `remark`, `channel_info`, `settings`) VALUES (6,1,'sk-broken-secret',NULL,NULL,1,'broken',0,NULL,NULL,NULL,'',NULL,0,NULL,'m','default',0,'{\"a\": ','',0,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
/*!40000 ALTER TABLE `channels` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `files`
--

DROP TABLE IF EXISTS `files`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `files` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `seen` bit(1) DEFAULT NULL,
  `flags` bit(10) DEFAULT NULL,
  `small` binary(4) DEFAULT NULL,
  `data` longblob DEFAULT NULL,
  `made` timestamp NULL DEFAULT NULL,
  `day` date DEFAULT NULL,
  `ratio` float DEFAULT NULL,
  `exact` decimal(20,6) DEFAULT NULL,
  `place` point DEFAULT NULL,
  `kind` enum('a','b''c') DEFAULT NULL,
  `several` set('x','y') DEFAULT NULL,
  `twice` double GENERATED ALWAYS AS (`ratio` * 2) STORED,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='it''s; "files" \\ ?';
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `files`
--

LOCK TABLES `files` WRITE;
/*!40000 ALTER TABLE `files` DISABLE KEYS */;
INSERT INTO `files` (`id`, `seen`, `flags`, `small`, `data`, `made`, `day`, `ratio`, `exact`, `place`, `kind`, `several`, `twice`) VALUES (1,0x01,0x02AA,0x00FF275C,0x00FF275C22C328A00A0D1A80FEFFE29880,'2024-01-01 00:00:00','0000-00-00',1.5,-12345678901234.567891,0x000000000101000000000000000000F03F0000000000000040,'b\'c','x,y',3);
INSERT INTO `files` (`id`, `seen`, `flags`, `small`, `data`, `made`, `day`, `ratio`, `exact`, `place`, `kind`, `several`, `twice`) VALUES (2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `files` (`id`, `seen`, `flags`, `small`, `data`, `made`, `day`, `ratio`, `exact`, `place`, `kind`, `several`, `twice`) VALUES (3,0x00,0x0000,0x00000000,'','0000-00-00 00:00:00','0000-00-00',-1e30,0.000000,NULL,'a','',-2.0000000300949324e30);
/*!40000 ALTER TABLE `files` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `logs`
--

DROP TABLE IF EXISTS `logs`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `logs` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) DEFAULT NULL,
  `created_at` bigint(20) DEFAULT NULL,
  `type` bigint(20) DEFAULT NULL,
  `content` longtext DEFAULT NULL,
  `other` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `logs`
--

LOCK TABLES `logs` WRITE;
/*!40000 ALTER TABLE `logs` DISABLE KEYS */;
INSERT INTO `logs` (`id`, `user_id`, `created_at`, `type`, `content`, `other`) VALUES (1,2,1,2,'\'; INSERT INTO `users` VALUES (98);\n-- Dump completed on 2020-01-01',NULL);
INSERT INTO `logs` (`id`, `user_id`, `created_at`, `type`, `content`, `other`) VALUES (2,2,1,2,'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'长😀\\\'','{\"a\":\"b\"}');
/*!40000 ALTER TABLE `logs` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tokens`
--

DROP TABLE IF EXISTS `tokens`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `tokens` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) DEFAULT NULL,
  `key` char(48) DEFAULT NULL,
  `status` bigint(20) DEFAULT 1,
  `name` varchar(191) DEFAULT NULL,
  `created_time` bigint(20) DEFAULT NULL,
  `accessed_time` bigint(20) DEFAULT NULL,
  `expired_time` bigint(20) DEFAULT -1,
  `remain_quota` bigint(20) DEFAULT 0,
  `unlimited_quota` tinyint(1) DEFAULT NULL,
  `model_limits_enabled` tinyint(1) DEFAULT NULL,
  `model_limits` varchar(1024) DEFAULT '',
  `allow_ips` varchar(255) DEFAULT '',
  `used_quota` bigint(20) DEFAULT 0,
  `group` varchar(64) DEFAULT '',
  `cross_group_retry` tinyint(1) DEFAULT NULL,
  `deleted_at` datetime(3) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `idx_tokens_key` (`key`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `tokens`
--

LOCK TABLES `tokens` WRITE;
/*!40000 ALTER TABLE `tokens` DISABLE KEYS */;
INSERT INTO `tokens` (`id`, `user_id`, `key`, `status`, `name`, `created_time`, `accessed_time`, `expired_time`, `remain_quota`, `unlimited_quota`, `model_limits_enabled`, `model_limits`, `allow_ips`, `used_quota`, `group`, `cross_group_retry`, `deleted_at`) VALUES (1,2,'AbcdefghijAbcdefghijAbcdefghijAbcdefghij12345678',1,'it\'s; mine \\ 😀',1700000000,1700000000,-1,0,1,0,'','',0,'',NULL,NULL);
INSERT INTO `tokens` (`id`, `user_id`, `key`, `status`, `name`, `created_time`, `accessed_time`, `expired_time`, `remain_quota`, `unlimited_quota`, `model_limits_enabled`, `model_limits`, `allow_ips`, `used_quota`, `group`, `cross_group_retry`, `deleted_at`) VALUES (2,2,'Narrowghijabcdefghijabcdefghijabcdefghij12345678',1,'narrow',1700000000,1700000000,4102444800,750000,0,1,'gpt-4o,gpt-x','10.0.0.0/8\n10.1.0.0/16',0,'',NULL,NULL);
INSERT INTO `tokens` (`id`, `user_id`, `key`, `status`, `name`, `created_time`, `accessed_time`, `expired_time`, `remain_quota`, `unlimited_quota`, `model_limits_enabled`, `model_limits`, `allow_ips`, `used_quota`, `group`, `cross_group_retry`, `deleted_at`) VALUES (3,2,'Emptyfghijabcdefghijabcdefghijabcdefghij12345678',4,'empty',1700000000,1700000000,-1,-9,0,0,'','',0,'',NULL,NULL);
INSERT INTO `tokens` (`id`, `user_id`, `key`, `status`, `name`, `created_time`, `accessed_time`, `expired_time`, `remain_quota`, `unlimited_quota`, `model_limits_enabled`, `model_limits`, `allow_ips`, `used_quota`, `group`, `cross_group_retry`, `deleted_at`) VALUES (4,2,'Odd_network_ijabcdefghijabcdefghijabcdefghij1234',1,'odd',1700000000,0,-1,5,0,0,NULL,'example.org',0,'',NULL,NULL);
INSERT INTO `tokens` (`id`, `user_id`, `key`, `status`, `name`, `created_time`, `accessed_time`, `expired_time`, `remain_quota`, `unlimited_quota`, `model_limits_enabled`, `model_limits`, `allow_ips`, `used_quota`, `group`, `cross_group_retry`, `deleted_at`) VALUES (5,99,'Nobodys_key_ijabcdefghijabcdefghijabcdefghij1234',1,'nobody',1700000000,0,-1,5,0,0,'','',0,'',NULL,NULL);
INSERT INTO `tokens` (`id`, `user_id`, `key`, `status`, `name`, `created_time`, `accessed_time`, `expired_time`, `remain_quota`, `unlimited_quota`, `model_limits_enabled`, `model_limits`, `allow_ips`, `used_quota`, `group`, `cross_group_retry`, `deleted_at`) VALUES (6,2,'Deletedghijabcdefghijabcdefghijabcdefghij1234567',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'',NULL,'2024-01-01 00:00:00.000');
/*!40000 ALTER TABLE `tokens` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `users`
--

DROP TABLE IF EXISTS `users`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `users` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `username` varchar(191) DEFAULT NULL,
  `password` longtext NOT NULL,
  `display_name` varchar(191) DEFAULT NULL,
  `role` int(11) DEFAULT 1,
  `status` int(11) DEFAULT 1,
  `email` varchar(191) DEFAULT NULL,
  `github_id` varchar(191) DEFAULT NULL,
  `discord_id` varchar(191) DEFAULT NULL,
  `oidc_id` varchar(191) DEFAULT NULL,
  `wechat_id` varchar(191) DEFAULT NULL,
  `telegram_id` varchar(191) DEFAULT NULL,
  `access_token` char(32) DEFAULT NULL,
  `quota` int(11) DEFAULT 0,
  `used_quota` int(11) DEFAULT 0,
  `request_count` int(11) DEFAULT 0,
  `group` varchar(64) DEFAULT 'default',
  `aff_code` varchar(32) DEFAULT NULL,
  `aff_count` int(11) DEFAULT 0,
  `inviter_id` int(11) DEFAULT NULL,
  `deleted_at` datetime(3) DEFAULT NULL,
  `linux_do_id` varchar(191) DEFAULT NULL,
  `setting` text DEFAULT NULL,
  `remark` varchar(255) DEFAULT NULL,
  `stripe_customer` varchar(64) DEFAULT NULL,
  `created_at` bigint(20) DEFAULT NULL,
  `last_login_at` bigint(20) DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uni_users_username` (`username`),
  UNIQUE KEY `idx_users_access_token` (`access_token`),
  KEY `idx_users_deleted_at` (`deleted_at`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `users`
--

LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` (`id`, `username`, `password`, `display_name`, `role`, `status`, `email`, `github_id`, `discord_id`, `oidc_id`, `wechat_id`, `telegram_id`, `access_token`, `quota`, `used_quota`, `request_count`, `group`, `aff_code`, `aff_count`, `inviter_id`, `deleted_at`, `linux_do_id`, `setting`, `remark`, `stripe_customer`, `created_at`, `last_login_at`) VALUES (1,'root','$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK','',100,1,'','',NULL,'',NULL,NULL,'b1',50000000,0,0,'default',NULL,0,NULL,NULL,'','{\"language\":\"中文\"}',NULL,NULL,1700000000,0);
INSERT INTO `users` (`id`, `username`, `password`, `display_name`, `role`, `status`, `email`, `github_id`, `discord_id`, `oidc_id`, `wechat_id`, `telegram_id`, `access_token`, `quota`, `used_quota`, `request_count`, `group`, `aff_code`, `aff_count`, `inviter_id`, `deleted_at`, `linux_do_id`, `setting`, `remark`, `stripe_customer`, `created_at`, `last_login_at`) VALUES (2,'mei','$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK','美😀\0\Z',1,1,'','12345',NULL,'sub|1',NULL,NULL,'b2',1000000,0,0,'vip',NULL,0,NULL,NULL,'42','{\"notify\":\"a\\\\b\\\"c\"}','it\'s',NULL,1700000000,1700000001);
INSERT INTO `users` (`id`, `username`, `password`, `display_name`, `role`, `status`, `email`, `github_id`, `discord_id`, `oidc_id`, `wechat_id`, `telegram_id`, `access_token`, `quota`, `used_quota`, `request_count`, `group`, `aff_code`, `aff_count`, `inviter_id`, `deleted_at`, `linux_do_id`, `setting`, `remark`, `stripe_customer`, `created_at`, `last_login_at`) VALUES (3,'lili','$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK','',1,2,'','',NULL,'',NULL,NULL,'b3',-2147483648,0,0,'default',NULL,0,NULL,NULL,'','','',NULL,0,0);
INSERT INTO `users` (`id`, `username`, `password`, `display_name`, `role`, `status`, `email`, `github_id`, `discord_id`, `oidc_id`, `wechat_id`, `telegram_id`, `access_token`, `quota`, `used_quota`, `request_count`, `group`, `aff_code`, `aff_count`, `inviter_id`, `deleted_at`, `linux_do_id`, `setting`, `remark`, `stripe_customer`, `created_at`, `last_login_at`) VALUES (4,'was-here','$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK','',1,1,'','',NULL,'',NULL,NULL,'b4',0,0,0,'default',NULL,0,NULL,'2024-01-01 00:00:00.123','','',NULL,NULL,NULL,NULL);
INSERT INTO `users` (`id`, `username`, `password`, `display_name`, `role`, `status`, `email`, `github_id`, `discord_id`, `oidc_id`, `wechat_id`, `telegram_id`, `access_token`, `quota`, `used_quota`, `request_count`, `group`, `aff_code`, `aff_count`, `inviter_id`, `deleted_at`, `linux_do_id`, `setting`, `remark`, `stripe_customer`, `created_at`, `last_login_at`) VALUES (5,'zero','$2a$10$abcdefghijklmnopqrstuu9oGNsh4bRo/eyZS1gXkYk5eO9iE6zEK','',1,1,'','',NULL,'',NULL,NULL,'b5',0,0,0,'default',NULL,0,NULL,'0000-00-00 00:00:00.000','','',NULL,NULL,NULL,NULL);
INSERT INTO `users` (`id`, `username`, `password`, `display_name`, `role`, `status`, `email`, `github_id`, `discord_id`, `oidc_id`, `wechat_id`, `telegram_id`, `access_token`, `quota`, `used_quota`, `request_count`, `group`, `aff_code`, `aff_count`, `inviter_id`, `deleted_at`, `linux_do_id`, `setting`, `remark`, `stripe_customer`, `created_at`, `last_login_at`) VALUES (6,'😀back\\slash\'quote\"','','',1,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,2147483647,0,0,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
/*!40000 ALTER TABLE `users` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER users_touched BEFORE UPDATE ON users FOR EACH ROW BEGIN IF NEW.quota < 0 THEN SET NEW.quota = 0; END IF; END 
*/;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;

--
-- Final view structure for view `active_users`
--

/*!50001 DROP VIEW IF EXISTS `active_users`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `active_users` AS select `users`.`id` AS `id`,`users`.`username` AS `users` from `users` where `users`.`status` = 1 */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-28  0:18:40
